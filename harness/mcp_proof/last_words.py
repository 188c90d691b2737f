"""What a process said before it fell silent: for the message of an error about a dead server."""

from typing import Final

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.transcript import Event, EventKind, Sender, Transcript

QUOTED: Final = 6
"""Lines of stderr, and of what is no message, that are quoted."""


def last_words(transcript: Transcript, session: str) -> str:
    """Return how the process of a closed session ended and what it said last."""
    events = [event for event in transcript.events if event.session == session]
    errors = [str(e.data.get("text")) for e in events if e.kind is EventKind.STDERR]
    said = [_text(event) for event in events if _is_noise(event)]
    parts = [_end(event) for event in events if event.kind is EventKind.CLOSE]
    if said:
        by_process = any(event.channel == "stdio" for event in events)
        how = "printed on stdout" if by_process else "answered"
        parts.append(_quote(f"It {how} what is no MCP message", said[:QUOTED]))
    if errors:
        parts.append(_quote("Its last lines on stderr", errors[-QUOTED:]))
    elif any(event.channel == "stdio" for event in events):
        parts.append("It printed nothing on stderr. ")
    return "".join(parts)


def _is_noise(event: Event) -> bool:
    return event.kind is EventKind.BODY or (
        event.kind is EventKind.MESSAGE
        and event.sender is Sender.SERVER
        and event.message is not None
        and bool(event.message.fault)
    )


def _text(event: Event) -> str:
    if event.message is None:
        return str(event.data.get("text"))
    return event.message.excerpt


def _end(event: Event) -> str:
    code = event.data.get("exit_code")
    if event.data.get("how") != "crashed":
        return ""
    if isinstance(code, int) and code < 0:
        return f"The process was killed by signal {-code}. "
    return f"The process had exited with code {code}. "


def _quote(title: str, lines: list[str]) -> str:
    return f"{title}:\n" + "".join(f"    {excerpt(' '.join(line.split()))}\n" for line in lines)
