"""Lifecycle, Operation: both sides keep to what was negotiated."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import CONTENT_SINCE, LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import Kind, as_list, as_object

PAGE = "lifecycle#operation"
ASKED_OF: Final[Mapping[str, str]] = {
    "tasks/get": "tasks",
    "tasks/result": "tasks",
    "tasks/list": "tasks",
    "tasks/cancel": "tasks",
}
"""The client capability that a request from a server needs, where no other rule asks for it."""
TOLD_BY: Final[Mapping[str, str]] = {
    "notifications/resources/updated": "resources.subscribe",
    "notifications/prompts/list_changed": "prompts.listChanged",
}
"""The server's own capability that a notification needs, where no other rule asks for it."""
METHOD_SINCE: Final[Mapping[str, Revision]] = {
    "elicitation/create": Revision.R2025_06_18,
    "tasks/get": Revision.R2025_11_25,
    "tasks/result": Revision.R2025_11_25,
    "tasks/list": Revision.R2025_11_25,
    "tasks/cancel": Revision.R2025_11_25,
    "notifications/tasks/status": Revision.R2025_11_25,
    "notifications/elicitation/complete": Revision.R2025_11_25,
    "subscriptions/listen": Revision.R2026_07_28,
    "notifications/subscriptions/acknowledged": Revision.R2026_07_28,
}


@rule(
    "server-uses-only-negotiated",
    "MUST",
    PAGE,
    until=LATEST_STATEFUL,
    must_since=Revision.R2025_06_18,
    probes=("handshakes",),
    otherwise="no session of a client without capabilities was completed",
)
def server_uses_only_negotiated(read: Reading) -> Observations:
    """A server uses nothing that client and server did not both declare.

    Whoever did not declare a part of the protocol may not even know its messages. Looked at: a
    session that declares no capability at all, in which the read-only tools are called as in the
    ordinary session; requests about the client's tasks, and notifications, in all other sessions
    beside what either side declared there. Requests for sampling, roots and elicitation have
    rules of their own for this, as have log and list-changed notifications.
    """
    guilty: set[str] = set()
    for said in read.messages(Kind.REQUEST, Kind.NOTIFICATION):
        method = said.message.method
        if said.message.kind is Kind.REQUEST:
            missing = ASKED_OF.get(method, "")
            declared = _declared(read, said.event.session)
            kept = not missing or declared is None or missing in declared
        else:
            missing = TOLD_BY.get(method, "")
            kept = not missing or read.introduction is None or read.declares(missing)
        if kept:
            continue
        guilty.add(said.event.session)
        yield Finding(
            message=f"{method} was sent although `{missing}` was not declared",
            expected=f"no {method} without `{missing}`",
            actual=said.message.excerpt,
            events=(said.event,),
        )
    for exchange in read.stimuli("handshakes"):
        bare = exchange.case in ("bare-call", "bare-ping")
        used = bare and exchange.sent.event.session not in guilty
        if used and exchange.answer is not None:
            yield Kept(exchange.answer.event)


@rule(
    "negotiated-version-respected",
    "MUST",
    PAGE,
    side="both",
    until=LATEST_STATEFUL,
    must_since=Revision.R2025_06_18,
    otherwise="nothing was said that could have been newer than the revision",
)
def negotiated_version_respected(read: Reading) -> Observations:
    """Nothing is sent that only a later revision than the negotiated one has.

    The other side was told which schema to read by. Looked at: methods, content types in tool
    results, prompts and sampling, and results that ask for input. Extra members are never
    a fault, nor are methods that no revision has. Batches have a rule of their own.
    """
    for said in read.messages(Kind.REQUEST, Kind.NOTIFICATION):
        since = METHOD_SINCE.get(said.message.method, Revision.R2024_11_05)
        yield _judged(read, said.event, f"the method {said.message.method}", since)
    for said, content in _contents(read):
        for kind in sorted({str(as_object(block).get("type")) for block in content}):
            since = CONTENT_SINCE.get(kind, Revision.R2024_11_05)
            yield _judged(read, said.event, f"a content block of type {kind!r}", since)
    for exchange in _asking(read):
        assert exchange.answer is not None
        since = Revision.R2026_07_28
        yield _judged(read, exchange.answer.event, "a result that asks for input", since)


def _judged(read: Reading, event: Event, what: str, since: Revision) -> Kept | Finding:
    if since <= read.revision:
        return Kept(event)
    return Finding(
        message=f"{what} was sent in a session of {read.revision}",
        expected=f"only what {read.revision} has",
        actual=f"{what}, which exists since {since}",
        events=(event,),
    )


def _contents(read: Reading) -> Iterator[tuple[Said, list[Json]]]:
    """The content blocks of the peer's messages."""
    for method in ("tools/call", "prompts/get", "sampling/createMessage"):
        for exchange in read.results(method):
            if exchange.answer is not None:
                yield exchange.answer, _blocks(exchange.result)
    for said in read.messages(Kind.REQUEST):
        if said.message.method == "sampling/createMessage":
            yield said, _blocks(said.message.params)


def _blocks(holder: JsonObject) -> list[Json]:
    """The blocks in `content` (one or several) and in the `content` of every message."""
    content = holder.get("content")
    several: list[Json] = [*as_list(content)] if isinstance(content, list) else [content]
    blocks: list[Json] = [block for block in several if isinstance(block, dict)]
    for message in as_list(holder.get("messages")):
        blocks += _blocks(as_object(message))
    return blocks


def _asking(read: Reading) -> Iterator[Exchange]:
    """The results that are no result of a stateful revision: they ask for input first."""
    for method in ("tools/call", "prompts/get", "resources/read"):
        for exchange in read.results(method):
            result = exchange.result
            if result.get("resultType") == "input_required" and "content" not in result:
                yield exchange


def _declared(read: Reading, session: str) -> JsonObject | None:
    """The capabilities that the client declared in a session; `None` when that was not seen."""
    return read.derived(_declared_in).get(session)


def _declared_in(read: Reading) -> dict[str, JsonObject]:
    declared: dict[str, JsonObject] = {}
    for exchange in read.exchanges("initialize"):
        given = as_object(exchange.sent.message.params.get("capabilities"))
        declared.setdefault(exchange.sent.event.session, given)
    return declared
