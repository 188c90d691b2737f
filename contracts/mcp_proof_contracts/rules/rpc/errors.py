"""JSON-RPC 2.0, Error object: what is wrong with a request is told by a code."""

from collections.abc import Container, Iterator

from mcp_proof_contracts.dialect import JSON_RPC
from mcp_proof_contracts.dialects.kailash import INVALID_INPUT
from mcp_proof_contracts.error_codes import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
)
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.no_entry import no_entry
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observation, Observations, rule
from mcp_proof_contracts.rules.openapi.traffic import is_kailash
from mcp_proof_contracts.statuses import CLIENT_ERRORS, REFUSED

PAGE = "basic#error-responses"
NO_STATUS: Container[int | None] = ()
MALFORMED = {
    "no method": "a message with an id and no method",
    "old version": 'a request that says "jsonrpc": "1.0"',
    "number": "a bare number",
}


@rule(
    "rpc-parse-error",
    "MUST",
    PAGE,
    dialects=JSON_RPC,
    probes=("rpc-malformed",),
    otherwise="no unreadable message was sent",
)
def parse_error(read: Reading) -> Observations:
    """Text that is no JSON is refused with -32700.

    Looked at: a request that was cut off before its last brace. Over HTTP a 4xx status without a
    JSON-RPC body will do.
    """
    for exchange in read.stimuli("rpc-malformed", "truncated"):
        yield _coded(exchange, PARSE_ERROR, "JSON that was cut off")


@rule(
    "rpc-invalid-request",
    "MUST",
    PAGE,
    dialects=JSON_RPC,
    probes=("rpc-malformed",),
    otherwise="no malformed message was sent",
)
def invalid_request(read: Reading) -> Observations:
    """JSON that is no request is refused with -32600.

    Looked at: a message with an id and no method, a request of JSON-RPC 1.0, and a bare number.
    Over HTTP a 4xx status without a JSON-RPC body will do.
    """
    for exchange in read.stimuli("rpc-malformed"):
        if exchange.case in MALFORMED:
            yield _coded(exchange, INVALID_REQUEST, MALFORMED[exchange.case])


@rule(
    "rpc-goes-on",
    "implied",
    PAGE,
    dialects=JSON_RPC,
    probes=("rpc-malformed",),
    otherwise="no malformed message was sent",
)
def goes_on(read: Reading) -> Observations:
    """After what it cannot read, a server answers the next request.

    One client's mistake must not take the server from the others.
    """
    for exchange in read.stimuli("rpc-malformed", "control"):
        if exchange.served or exchange.error_code == METHOD_NOT_FOUND:  # it need not have a list
            yield Kept(exchange.sent.event)
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        else:
            message = "after malformed messages the server answers no more"
            yield Finding.about(exchange, message=message, expected="a result")


@rule(
    "rpc-method-not-found",
    "MUST",
    PAGE,
    dialects=JSON_RPC,
    probes=("rpc-unknown-method",),
    otherwise="no unknown method was asked for",
)
def method_not_found(read: Reading) -> Observations:
    """A method that does not exist is refused with -32601.

    Callers tell by it that another server, or another version, is needed, and do not try again.
    """
    for exchange in read.stimuli("rpc-unknown-method"):
        yield _coded(exchange, METHOD_NOT_FOUND, "a method that does not exist", bare=NO_STATUS)


@rule(
    "rpc-invalid-params",
    "MUST",
    PAGE,
    dialects=JSON_RPC,
    probes=("rpc-malformed-call",),
    otherwise="no malformed call was sent",
)
def invalid_params(read: Reading) -> Observations:
    """A `tools/call` without a name, or whose arguments are an array, is refused with -32602.

    No second try can help, and a generic code would invite one. Over HTTP a status 400 or 422
    without a JSON-RPC body will do, and the -1001 of a server of the Kailash style.
    """
    other = INVALID_INPUT if is_kailash(read) else INVALID_PARAMS
    for exchange in read.stimuli("rpc-malformed-call"):
        code = other if exchange.error_code == other else INVALID_PARAMS
        yield _coded(exchange, code, f"a tools/call {exchange.case}", bare=REFUSED)


@rule(
    "rpc-unknown-tool-error",
    "MUST",
    PAGE,
    dialects=JSON_RPC,
    probes=("rpc-unknown-tool",),
    otherwise="no unknown tool was called",
)
def unknown_tool_error(read: Reading) -> Observations:
    """A call of a tool that does not exist is refused with an error of the request's kind.

    That is -32602 or -32601, or one of the server's own; not a result, and not the -32603 of a
    server that broke, which callers try again.
    """
    for exchange in read.stimuli("rpc-unknown-tool"):
        yield from _refused(exchange, "a call of a tool that does not exist")


@rule(
    "rpc-arguments-checked",
    "MUST",
    PAGE,
    dialects=JSON_RPC,
    probes=("rpc-invalid-arguments",),
    otherwise="no tool that may be called has arguments to get wrong",
)
def arguments_checked(read: Reading) -> Observations:
    """Arguments that break a tool's input schema are refused with an error of the request's kind.

    That is -32602, or one of the server's own. Looked at: a required argument missing, and a string
    that is an object, as the schema itself confirms.
    """
    for exchange in read.stimuli("rpc-invalid-arguments"):
        name = exchange.sent.message.params.get("name")
        yield from _refused(exchange, f"a call of {name} with {exchange.case}")


def _coded(
    exchange: Exchange, code: int, what: str, *, bare: Container[int | None] = CLIENT_ERRORS
) -> Observation:
    """Judge by the code, or by a status that does without a JSON-RPC body."""
    barred = no_entry(exchange.status)
    if barred is not None:
        return barred
    without = not (exchange.answered_by_error or exchange.served)
    if exchange.error_code == code or (without and exchange.status in bare):
        return Kept(exchange.sent.event)
    also = ", or HTTP 4xx" if bare is CLIENT_ERRORS and exchange.http is not None else ""
    return Finding.about(
        exchange, message=f"{what} is not refused as such", expected=f"error {code}{also}"
    )


def _refused(exchange: Exchange, what: str) -> Iterator[Observation]:
    barred = no_entry(exchange.status)
    if barred is not None:
        yield barred
    elif exchange.answered_by_error and exchange.error_code != INTERNAL_ERROR:
        yield Kept(exchange.sent.event)
    else:
        yield Finding.about(
            exchange,
            message=f"{what} is not refused",
            expected="error -32602 or another but -32603",
        )
