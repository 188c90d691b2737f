"""Basic, Requests and Responses: every request is answered, to its own id, with its own result."""

from typing import Final

from mcp_proof_contracts.dialect import EVERY_JSON_RPC
from mcp_proof_contracts.error_codes import INTERNAL_ERROR, METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.conduct.messages import controls
from mcp_proof_contracts.rules.early import is_early
from mcp_proof_contracts.rules.jsonrpc import asked
from mcp_proof_contracts.rules.jsonrpc.spoken import with_errors
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import Kind, quote

SLOW: Final = frozenset(
    {
        "tools/call",
        "resources/read",
        "resources/subscribe",
        "prompts/get",
        "completion/complete",
        "subscriptions/listen",
        "tasks/result",
        "sampling/createMessage",
        "elicitation/create",
    }
)
"""Methods that run somebody's code or wait for somebody, so that no answer yet proves nothing."""


@rule(
    "jsonrpc-request-answered",
    "MUST",
    "basic#messages",
    side="both",
    client_until=LATEST_STATEFUL,
    dialects=EVERY_JSON_RPC,
    otherwise="the peer was sent no request",
)
def request_answered(read: Reading) -> Observations:
    """Every request is answered with a result or an error.

    JSON-RPC 2.0 leaves no third way (section 5); whoever waits for a lost answer hangs. Looked at:
    every well-formed request after the handshake. A connection that breaks, a process that dies
    and a peer that answers no control request either are findings. A call that may run for long
    is none while the peer answers others, nor is a request that HTTP itself refused, one that was
    cancelled, one answered without its id (`jsonrpc-response-id-echo` speaks of that), or one right
    after a bad message of ours (`conduct-bad-message-survived`). Of a client, requests for which it
    need ask nobody: a finding where it goes on in the session, and two seconds later has not
    answered.
    """
    if read.peer is Sender.CLIENT:
        yield from asked.requests_answered(read)
        return
    after_bad = read.derived(controls)
    for exchange in read.exchanges():
        if not exchange.is_good_request or is_early(read, exchange):
            continue
        if exchange.answer is not None:
            yield Kept(exchange.answer.event)
        elif exchange.sent.event.seq in after_bad:
            continue  # for conduct-bad-message-survived
        elif exchange.silence is not None and not read.cancelled(exchange):
            yield from _unanswered(exchange)


def _unanswered(exchange: Exchange) -> Observations:
    method = exchange.sent.message.method
    assert exchange.silence is not None
    if exchange.strays or exchange.is_http_error:
        return
    if exchange.silence.data.get("alive") is True and method in SLOW:
        yield Untested(
            f"{method} was not answered in time, by a peer that answers others meanwhile"
        )
        return
    yield Finding.about(
        exchange,
        message=f"{method} was never answered",
        expected="a response with the request's id",
    )


@rule(
    "jsonrpc-id-roundtrip-types",
    "MUST",
    "basic#responses",
    side="both",
    client_until=LATEST_STATEFUL,
    probes=("unusual-ids",),
    otherwise="no request with an unusual id was answered",
)
def id_roundtrip_types(read: Reading) -> Observations:
    """A response carries the very id of its request, in JSON type and value.

    A client finds the request by the id; "1" and 1 are different ones, and 0 or "" are ids like
    any other. Looked at: requests with the ids "mcp-proof", "4711", "", 0, -1 and 2^53-1, in a
    session whose other requests are answered. Of a client, requests whose ids are integers, digits
    or empty: a finding where it answers with the same in another type.
    """
    if read.peer is Sender.CLIENT:
        yield from asked.unusual_ids(read)
        return
    for exchange in read.stimuli("unusual-ids"):
        if exchange.answer is not None:
            yield Kept(exchange.answer.event)
        elif exchange.refused or exchange.served or survived(read, exchange):
            shown = quote(exchange.sent.message.id)
            yield Finding.about(
                exchange,
                message=f"a request with the id {shown} got no answer to it",
                expected=f'a response with "id": {shown}',
            )


@rule(
    "jsonrpc-error-id-present",
    "MUST",
    "basic#error-responses",
    side="both",
    client_until=LATEST_STATEFUL,
    probes=("unknown-method", "bad-params"),
    otherwise="no request was answered with an error",
)
def error_id_present(read: Reading) -> Observations:
    """An error that answers a readable request carries that request's id.

    Without it the client cannot tell which of its requests failed. Looked at: errors that came
    back for well-formed requests. A refusal by HTTP status before the message was looked at (its
    session, version, headers or origin) may leave the id out. Of a client, errors without an id
    where nothing unreadable came before, and a request waits.
    """
    if read.peer is Sender.CLIENT:
        yield from asked.errors_without_id(read)
        return
    for exchange in with_errors(read):
        deliberate = exchange.probe in ("unknown-method", "bad-params")
        if not exchange.is_good_request or (exchange.is_http_error and not deliberate):
            continue
        if exchange.answer is not None:
            if exchange.answer.message.kind is Kind.ERROR:
                yield Kept(exchange.answer.event)
        elif exchange.reply is not None and exchange.reply.message.kind is Kind.ERROR:
            yield Finding(
                message=f"the error that answers {exchange.sent.message.method} has another id",
                expected=f'"id": {quote(exchange.sent.message.id)}',
                actual=exchange.reply.message.excerpt,
                events=exchange.evidence,
            )


@rule(
    "jsonrpc-method-not-found",
    "implied",
    "basic#messages",
    side="both",
    client_until=LATEST_STATEFUL,
    probes=("unknown-method",),
    otherwise="the peer was asked for no unknown method, or answered nothing",
)
def method_not_found(read: Reading) -> Observations:
    """An unknown method is answered with the error -32601.

    The code tells a client that asking again is no use, and which era the peer is of. Looked at:
    a request for a method that no revision has.
    """
    if read.peer is Sender.CLIENT:
        yield from asked.unknown_requests(read)
        return
    for exchange in read.stimuli("unknown-method"):
        if exchange.error_code == METHOD_NOT_FOUND:
            yield Kept(exchange.sent.event)
        elif exchange.reply is not None or exchange.status is not None or survived(read, exchange):
            yield Finding.about(
                exchange,
                message="a request for an unknown method is not answered with -32601",
                expected="error -32601",
            )


@rule(
    "jsonrpc-invalid-params",
    "implied",
    "basic#messages",
    probes=("bad-params",),
    otherwise="the server declares no feature whose requests have parameters",
)
def invalid_params(read: Reading) -> Observations:
    """A request whose parameters are of the wrong shape is refused as the caller's fault.

    A client that gets a result, nothing, or an internal error looks for the mistake in the wrong
    place. Looked at: a list request with an array for `params`, and requests that lack their one
    required member. -32602 is what JSON-RPC has for it; another code that is no internal error,
    or an HTTP 4xx, is tolerated.
    """
    for exchange in read.stimuli("bad-params"):
        silent = exchange.reply is None and exchange.status is None
        if silent and not survived(read, exchange):
            continue
        if exchange.refused and exchange.error_code != INTERNAL_ERROR:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"{exchange.sent.message.method} with wrong params did not get -32602",
                expected="error -32602",
            )


@rule(
    "jsonrpc-unknown-members-tolerated",
    "implied",
    "basic#messages",
    side="both",
    probes=("unknown-members",),
    otherwise="nothing with an unknown member was seen to be taken",
)
def unknown_members_tolerated(read: Reading) -> Observations:
    """Unknown members of parameters and capabilities do no harm.

    Every object of the schema is open, so that later revisions and extensions can add to it.
    Looked at: a request with one more parameter, and a client that declares one more capability.
    Of a client, results with one more member, too: a finding where all ends with one that is valid
    otherwise, and the client's user is told of a failure.
    """
    if read.peer is Sender.CLIENT:
        yield from asked.strange_members(read)
        return
    for exchange in read.stimuli("unknown-members"):
        if exchange.sent.message.kind is not Kind.REQUEST:
            continue
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.error_code == METHOD_NOT_FOUND:
            continue  # it fails without the member too
        elif exchange.refused or exchange.silence is not None:
            yield Finding.about(
                exchange,
                message=f"{exchange.sent.message.method} with an unknown member failed",
                expected="a result",
            )


def survived(read: Reading, exchange: Exchange) -> bool:
    """Whether the peer answered something that was sent later in the same session."""
    sent = exchange.sent.event
    return any(
        other.noticed and other.sent.event.session == sent.session
        for other in read.exchanges()
        if other.sent.event.seq > sent.seq
    )
