"""Show events as evidence: who sent what, shortened, in one line each."""

from collections.abc import Iterable
from typing import Final

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.transcript import Event, EventKind
from mcp_proof_contracts.wire import as_object, quote

SHOWN: Final = 400
"""Characters of one message that a report shows; the transcript has it whole."""


def evidence_text(event: Event, limit: int = SHOWN) -> str:
    """Return what an event says in one line, cut after `limit` characters."""
    if event.message is not None:
        return excerpt(event.message.raw.decode(errors="backslashreplace"), limit)
    data = event.data
    match event.kind:
        case EventKind.HTTP_REQUEST:
            what = " ".join(str(data[name]) for name in ("method", "path") if name in data)
            return excerpt(f"{what} {_headers(data.get('headers'))}", limit)
        case EventKind.HTTP_RESPONSE:
            return excerpt(f"HTTP {data.get('status')} {_headers(data.get('headers'))}", limit)
        case EventKind.BODY | EventKind.STDERR:
            return excerpt(str(data.get("text")), limit)
        case EventKind.SILENCE:
            return f"no answer to request {data.get('id')}: {data.get('why')}"
        case _:
            authorizing = event.kind is EventKind.AUTHORIZATION
            return excerpt(_step(data) if authorizing else _facts(event), limit)


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


def _facts(event: Event) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in event.data.items() if value != "")
    return f"{event.kind.value}: {facts}"


def _step(data: JsonObject) -> str:
    """Show a step towards a token: what was asked with what, and what came of it."""
    about = ("message", "scheme", "token", "token_in_query", "session")
    asked = {**_told({name: data.get(name) for name in about}), **_told(data.get("parameters"))}
    came = {**_told(data.get("challenge")), **_told(data.get("answer"))}
    sent = " ".join(f"{name}={value}" for name, value in asked.items())
    back = " ".join(f"{name}={value}" for name, value in came.items())
    if "url" not in data:
        return f"{data.get('step')}: {sent}"
    return f"{data.get('method')} {data['url']} {sent} -> HTTP {data.get('status')} {back}".strip()


def _told(members: Json) -> JsonObject:
    """The members that say something, in words."""
    return {
        name: value if isinstance(value, str) else quote(value)
        for name, value in as_object(members).items()
        if value not in ("", None)
    }


def _headers(headers: Json) -> str:
    if not isinstance(headers, dict):
        return ""
    return " ".join(f"{name}: {value};" for name, value in headers.items())
