"""What a recording asked in a dialect whose requests are those of HTTP."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from mcp_proof.drift.answer import SILENCE, Answer, flags
from mcp_proof.drift.recorded import Recording, Request
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.gateway import SERVERS
from mcp_proof_contracts.dialects.rest import DISCOVER, EXECUTE, HEALTH
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.transcript import Event, EventKind, Sender, Transcript
from mcp_proof_contracts.wire import as_list, as_object

HIDDEN_QUERY: Final = "its query is not in the recording, for it may hold secrets"
NO_ANSWER: Final = "the recording has no answer to it"
NO_ERROR: Final = (None, False, "")
"""What the member `error` has in an answer that tells of none."""
BEGINNINGS: Final = {
    Dialect.REST: (DISCOVER, EXECUTE, HEALTH),
    Dialect.GATEWAY: (SERVERS,),
}
"""What the paths of each dialect begin with, behind whatever a server is mounted at."""


def http_recording(transcript: Transcript, dialect: Dialect) -> Recording:
    """Return what was asked."""
    exchanges: dict[tuple[str, str], list[Event]] = {}
    for event in transcript.events:
        exchanges.setdefault((event.session, event.channel), []).append(event)
    base = _base(transcript, dialect)
    requests = [
        request
        for events in exchanges.values()
        if events[0].kind is EventKind.HTTP_REQUEST and not events[0].probe
        for request in _requests(events, base, dialect)
    ]
    return Recording(dialect=dialect, requests=requests)


def http_answer(status: int | None, value: Json, why: str) -> Answer:
    """Return what came back over HTTP."""
    if status is None:
        return Answer(outcome=SILENCE, told=why)
    failed = " with an error" if as_object(value).get("error") not in NO_ERROR else flags(value)
    return Answer(outcome=f"HTTP {status}{failed}", value=value)


def _requests(events: list[Event], base: str, dialect: Dialect) -> Iterator[Request]:
    head = events[0]
    path, query, _ = str(head.data.get("path", "")).partition("?")
    path = path.removeprefix(base)
    if not path.startswith(BEGINNINGS[dialect]):
        return
    sent = next((e.message for e in events if e.sender is Sender.CLIENT and e.message), None)
    body = as_object(sent.value if sent is not None else None)
    answer = _answer(events)
    yield Request(
        method=f"{head.data.get('method')} {path}",
        params=_without_id(body),
        tools=_called(path, body, dialect),
        session=head.session,
        at=head.at,
        answer=answer,
        why_not=HIDDEN_QUERY if query else "" if answer is not None else NO_ANSWER,
    )


def _answer(events: list[Event]) -> Answer | None:
    status = next((e.data.get("status") for e in events if e.kind is EventKind.HTTP_RESPONSE), None)
    if not isinstance(status, int):
        return None
    said = next((e.message for e in events if e.sender is Sender.SERVER and e.message), None)
    return http_answer(status, said.value if said is not None else None, "")


def _without_id(body: JsonObject) -> JsonObject:
    """Return a body without what names this very request."""
    return {name: value for name, value in body.items() if name != "request_id"}


def _called(path: str, body: JsonObject, dialect: Dialect) -> tuple[str, ...]:
    if dialect is Dialect.REST:
        items = map(as_object, as_list(body.get("tools")))
        return tuple(str(item.get("tool_slug")) for item in items)
    if "tool" not in body:
        return ()
    server = unquote(path.removeprefix(f"{SERVERS}/").partition("/")[0])
    return (f"{server}:{body['tool']}",)


def _base(transcript: Transcript, dialect: Dialect) -> str:
    """Return what stands before the paths of the dialect, where a server is mounted somewhere."""
    for event in transcript.events:
        path = str(event.data.get("path", "")) if event.kind is EventKind.HTTP_REQUEST else ""
        for beginning in BEGINNINGS[dialect]:
            if beginning in path:
                return path.partition(beginning)[0]
    return ""
