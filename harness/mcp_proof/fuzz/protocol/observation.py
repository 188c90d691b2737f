"""What came of a case, gathered from the events that were recorded meanwhile."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mcp_proof_contracts.transcript import Event, EventKind, Sender, Transcript
from mcp_proof_contracts.wire import Message, id_key

PROBE: Final = "fuzz-protocol"
"""The label of all that is sent here, so that no rule takes it for ordinary traffic."""


class Control(StrEnum):
    """What came of a good request after the case."""

    ANSWERED = "answered"
    REFUSED = "refused"
    """Answered with an error, though it was answered with a result before."""
    SILENT = "silent"
    """Not answered in time, by a peer that takes it."""
    GONE = "gone"
    """There was nobody to take it, or the connection broke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a session ended that the server ended."""

    exit_code: int | None = None
    """That of the process, where there is one and it ended by itself; negative for a signal."""
    close_code: int | None = None
    """That of the WebSocket; 1006 where it was not closed."""
    stderr: str = ""
    """What the process wrote there since the case was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back: for one HTTP request, or on a channel that all messages share."""

    status: int | None = None
    messages: tuple[Message, ...] = ()
    body: str = ""
    """The beginning of an HTTP body that is no JSON."""
    broken: str = ""
    """Why the response was not read to its end, through the server."""
    waited: bool = False
    """Whether waiting was given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolObservation:
    """What came of a case."""

    replies: tuple[Reply, ...]
    """One for each HTTP request; otherwise one for all."""
    control: Control
    """On the same session."""
    afresh: Control | None = None
    """On a fresh session, where the same one brought nothing."""
    ending: Ending | None = None
    """Set when the server ended the session."""
    seconds: float
    events: tuple[Event, ...]

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages that came back."""
        return tuple(message for reply in self.replies for message in reply.messages)


def replies_in(
    events: Sequence[Event], session: str, others: AbstractSet[tuple[str, str]], *, over_http: bool
) -> tuple[Reply, ...]:
    """Return what came back for what the case sent; `others` are ids of other requests."""
    ours = [event for event in events if event.session == session]
    if not over_http:
        came = (
            event.message
            for event in ours
            if event.sender is Sender.SERVER and event.message is not None
        )
        return (Reply(messages=tuple(m for m in came if id_key(m.id) not in others)),)
    asked = [e for e in ours if e.kind is EventKind.HTTP_REQUEST and _is_ours(e)]
    return tuple(_reply([e for e in ours if e.channel == request.channel]) for request in asked)


def _is_ours(event: Event) -> bool:
    return event.probe.partition("/")[0] == PROBE


def _reply(events: Sequence[Event]) -> Reply:
    last: dict[EventKind, Event] = {event.kind: event for event in events}
    response, body, end = (
        last.get(kind) for kind in (EventKind.HTTP_RESPONSE, EventKind.BODY, EventKind.END)
    )
    status = response.data.get("status") if response is not None else None
    how = end.data.get("how") if end is not None else "closed"
    return Reply(
        status=status if isinstance(status, int) else None,
        messages=tuple(
            event.message
            for event in events
            if event.sender is Sender.SERVER and event.message is not None
        ),
        body=str(body.data.get("text", "")) if body is not None else "",
        broken=str(end.data.get("detail", "")) if end is not None and how == "broken" else "",
        waited=how == "closed",
    )


def ending_in(events: Sequence[Event], session: str) -> Ending:
    """Return how a session ended, from its events up to the close."""
    ours = [event for event in events if event.session == session]
    exit_code = close_code = None
    for event in ours:
        code = event.data.get("exit_code")
        if event.kind is EventKind.CLOSE and event.data.get("how") == "crashed":
            exit_code = code if isinstance(code, int) else None
        code = event.data.get("code")
        if event.kind is EventKind.END and isinstance(code, int):
            close_code = code
    lines = [str(e.data.get("text", "")) for e in ours if e.kind is EventKind.STDERR]
    return Ending(exit_code=exit_code, close_code=close_code, stderr="\n".join(lines))


def without_fuzzed(transcript: Transcript) -> Transcript:
    """Return a transcript without what cases brought: rules are about messages that make sense.

    What shares a channel with a case goes with it; over HTTP each exchange has its own.
    """
    fuzzed = {(e.session, _line(transcript, e)) for e in transcript.events if _is_ours(e)}
    kept = (e for e in transcript.events if (e.session, _line(transcript, e)) not in fuzzed)
    return Transcript(transcript.header, kept, transcript.mask)


def _line(transcript: Transcript, event: Event) -> str:
    return event.channel if transcript.header.transport == "http" else ""
