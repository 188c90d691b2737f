"""Show events as evidence: who sent what, shortened, in one line each."""

from collections.abc import Iterable
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.secret import masked
from mcp_proof_contracts.transcript import Event, EventKind

SHOWN: Final = 400
"""Characters of one message that a report shows; the transcript has it whole."""


def evidence_text(event: Event) -> str:
    """Return what an event says in one line."""
    if event.message is not None:
        return shortened(event.message.raw.decode(errors="backslashreplace"))
    data = event.data
    match event.kind:
        case EventKind.HTTP_REQUEST:
            return shortened(f"{data.get('method')} {_headers(data.get('headers'))}")
        case EventKind.HTTP_RESPONSE:
            return shortened(f"HTTP {data.get('status')} {_headers(data.get('headers'))}")
        case EventKind.BODY | EventKind.STDERR:
            return shortened(str(data.get("text")))
        case EventKind.SILENCE:
            return f"no answer to request {data.get('id')}: {data.get('why')}"
        case _:
            facts = ", ".join(f"{name} {value}" for name, value in data.items() if value != "")
            return shortened(f"{event.kind.value}: {facts}")


def evidence_rows(events: Iterable[Event]) -> list[dict[str, Json]]:
    """Return events as they stand in the JSON report."""
    return [
        {
            "seq": event.seq,
            "sender": event.sender.value,
            "kind": event.kind.value,
            "channel": event.channel,
            "text": evidence_text(event),
        }
        for event in events
    ]


def shortened(text: str, limit: int = SHOWN) -> str:
    """Return `text` on one line, without secrets, cut where it gets long."""
    flat = masked(text).replace("\r", "\\r").replace("\n", "\\n")
    return flat if len(flat) <= limit else f"{flat[:limit]}… ({len(flat)} characters)"


def _headers(headers: Json) -> str:
    if not isinstance(headers, dict):
        return ""
    return " ".join(f"{name}: {value};" for name, value in headers.items())
