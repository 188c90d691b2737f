"""Basic: what clients make of results, and what they never send."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.client_run import Told, told
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.headers import META_CAPABILITIES
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.wire import Kind, as_object, quote

SINCE: Final = Revision.R2026_07_28
TYPES: Final = ("complete", "input_required")
CALL: Final = "tools/call"
NOT_TOLD: Final = "no call was answered so, or it was not seen what the client's user was told"


@rule(
    "jsonrpc-request-id-unique-inflight",
    "MUST NOT",
    "basic#requests",
    side="client",
    since=SINCE,
    transport="stdio",
    otherwise="the client had no two requests under way at once",
)
def request_id_unique_inflight(read: Reading) -> Observations:
    """No request has the id of another one that its sender has not seen answered yet.

    The answers could not be told apart. Looked at: requests that are sent while another one is
    under way on the same process. Over HTTP it cannot be seen whether two requests are of one
    client or of two in one program, each of which counts for itself.
    """
    open_: dict[str, list[Exchange]] = {}
    for exchange in read.counterpart.exchanges():
        sent = exchange.sent
        if sent.message.kind is not Kind.REQUEST or sent.message.id is None:
            continue
        before = open_.setdefault(sent.event.session, [])
        before[:] = [e for e in before if _under_way(e, sent.event.seq)]
        same = next((e for e in before if e.sent.key == sent.key), None)
        if same is not None:
            yield Finding(
                message=f"the id {quote(sent.message.id)} was used while it was under way",
                expected="another id than those of unanswered requests",
                actual=sent.message.excerpt,
                events=(same.sent.event, sent.event),
            )
        elif before:
            yield Kept(sent.event)
        before.append(exchange)


def _under_way(exchange: Exchange, seq: int) -> bool:
    return exchange.answer is None or exchange.answer.event.seq > seq


@rule(
    "client-result-type-unknown-invalid",
    "MUST",
    "basic#resulttype",
    side="client",
    since=SINCE,
    otherwise=NOT_TOLD,
)
def result_type_unknown_invalid(read: Reading) -> Observations:
    """A result of a type that the client does not know is invalid.

    What it holds means nothing that this client knows; taking it for the answer shows its user
    something that was never said. Looked at: calls that are answered with neither "complete" nor
    "input_required", by what the user is told of them. Where the client declares extensions, the
    type may be one of theirs.
    """
    for exchange, outcome in _told_of_calls(read):
        given = exchange.result.get("resultType")
        if not isinstance(given, str) or given in TYPES:
            continue
        if _extended(exchange):
            yield Untested(f"{given!r} may be of an extension that the client declares")
        elif not outcome.ok:
            yield Kept(outcome.event)
        else:
            yield Finding(
                message=f"a result of the type {given!r} was taken for an answer",
                expected="the user is told of a failure",
                actual=f"the user was told {quote(outcome.value)}",
                events=(*exchange.evidence, outcome.event),
            )


@rule(
    "client-result-type-absent-is-complete",
    "MUST",
    "basic#resulttype",
    side="client",
    since=SINCE,
    otherwise=NOT_TOLD,
)
def result_type_absent_is_complete(read: Reading) -> Observations:
    """A result without `resultType` is a complete one.

    Servers of earlier revisions do not have the member. Looked at: calls that are answered without
    it and without `isError`, by what the user is told of them.
    """
    for exchange, outcome in _told_of_calls(read):
        if "resultType" in exchange.result or exchange.result.get("isError") is True:
            continue
        if outcome.ok:
            yield Kept(outcome.event)
        else:
            yield Finding(
                message="a result without `resultType` was not taken for an answer",
                expected='it is treated as "complete"',
                actual=f"the user was told: {outcome.error or 'a failure'}",
                events=(*exchange.evidence, outcome.event),
            )


@rule(
    "client-never-sends-responses",
    "MUST NOT",
    "transports/stdio#sending-messages",
    side="client",
    since=SINCE,
    otherwise="the client sent nothing of this revision",
)
def never_sends_responses(read: Reading) -> Observations:
    """A client sends requests and notifications, and no responses.

    Servers of this revision send no requests: what they need they ask for in results, and nobody
    expects a response. Looked at: every message of a client that has not opened its connection by
    the handshake of an earlier revision.
    """
    older = {
        exchange.sent.event.session
        for exchange in read.counterpart.stimuli("")
        if exchange.sent.message.method == "initialize"
    }
    for said in read.objects():
        if said.event.session in older:
            continue
        if said.message.is_response:
            yield Finding(
                message="the client sent a response",
                expected="requests and notifications only",
                actual=said.message.excerpt,
                events=(said.event,),
            )
        elif said.message.method:
            yield Kept(said.event)


def _told_of_calls(read: Reading) -> Iterator[tuple[Exchange, Told]]:
    """Yield calls with what the user was told of each: right after the answer, of this call alone.

    Where another call was answered in between, it may be that one which the user was told of.
    """
    calls = [e for e in read.counterpart.exchanges(CALL) if e.served and e.answer is not None]
    for outcome in told(read, "call"):
        last = [e for e in calls if e.answer is not None and e.answer.event.seq < outcome.event.seq]
        if last and not _told_between(read, last[-1], outcome):
            yield last[-1], outcome


def _told_between(read: Reading, exchange: Exchange, outcome: Told) -> bool:
    assert exchange.answer is not None
    first, last = exchange.answer.event.seq, outcome.event.seq
    return any(first < each.event.seq < last for each in told(read))


def _extended(exchange: Exchange) -> bool:
    meta = as_object(exchange.sent.message.params.get("_meta"))
    return bool(as_object(as_object(meta.get(META_CAPABILITIES)).get("extensions")))
