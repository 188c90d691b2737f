"""Kailash style, Error codes: what a failed call tells its caller."""

from collections.abc import Iterable, Iterator

from mcp_proof_contracts.dialects.kailash import INTERNAL, INVALID_INPUT, UNAVAILABLE
from mcp_proof_contracts.error_codes import INTERNAL_ERROR
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.openapi.traffic import OPENAPI, is_kailash
from mcp_proof_contracts.wire import as_object

PAGE = "openapi-jsonrpc#kailash-error-codes"
OTHER_CODES = "the server does not show the error codes of the Kailash style"
INSIDES = (b"Traceback (most recent call last)", b'.py\\", line ')
"""What only a traceback has, as JSON writes it."""


@rule(
    "kailash-invalid-input-code",
    "MUST",
    PAGE,
    dialects=OPENAPI,
    probes=("rpc-invalid-arguments",),
    otherwise="no tool that may be called has arguments to get wrong",
)
def invalid_input_code(read: Reading) -> Observations:
    """Arguments that break a tool's input schema are refused with -1001.

    Callers correct them, and do not try again as they are. The rules of this style are for servers
    whose document has its codes, or that fail with one and list `checks` in their health.
    """
    for exchange in _of_style(read, read.stimuli("rpc-invalid-arguments")):
        if exchange.error_code == INVALID_INPUT:
            yield Kept(exchange.sent.event)
        elif exchange.error_code is not None:
            name = exchange.sent.message.params.get("name")
            yield Finding.about(
                exchange,
                message=f"a call of {name} with {exchange.case} is refused with another code",
                expected="error -1001",
            )


@rule(
    "kailash-invalid-input-data",
    "MUST",
    PAGE,
    dialects=OPENAPI,
    probes=("rpc-invalid-arguments", "rpc-unknown-tool"),
    otherwise=OTHER_CODES,
)
def invalid_input_data(read: Reading) -> Observations:
    """An error -1001 says in `data` which `field` is wrong, and which `value` it has.

    That is what a caller corrects. Looked at: every error with this code.
    """
    for exchange in _failed(read, INVALID_INPUT):
        data = _data(exchange)
        members = as_object(data)
        if isinstance(members.get("field"), str) and "value" in members:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="an error -1001 does not say what is wrong",
                expected="data with field and value",
            )


@rule(
    "kailash-retry-after",
    "MUST",
    PAGE,
    dialects=OPENAPI,
    otherwise="nothing was answered with -2001",
)
def retry_after(read: Reading) -> Observations:
    """An error -2001 says in `data.retry_after` after how many seconds to try again.

    Callers wait so long; without a number they guess, or hammer. Looked at: every error with this
    code.
    """
    for exchange in _failed(read, UNAVAILABLE):
        seconds = as_object(_data(exchange)).get("retry_after")
        if isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds >= 0:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="an error -2001 does not say when to try again",
                expected="data.retry_after, in seconds",
            )


@rule("kailash-internal-code", "MUST", PAGE, dialects=OPENAPI, otherwise=OTHER_CODES)
def internal_code(read: Reading) -> Observations:
    """A tool that fails by itself is answered with -3000, and not with -32603.

    The second belongs to a server that broke. Looked at: good calls that were answered with one of
    the two.
    """
    for exchange in _of_style(read, read.exchanges("tools/call")):
        if exchange.probe or exchange.error_code not in (INTERNAL, INTERNAL_ERROR):
            continue
        if exchange.error_code == INTERNAL:
            yield Kept(exchange.sent.event)
        else:
            message = "a tool that failed is answered with -32603"
            yield Finding.about(exchange, message=message, expected="error -3000")


@rule(
    "kailash-internal-tells-nothing",
    "SHOULD",
    PAGE,
    dialects=OPENAPI,
    otherwise="nothing was answered with -3000",
)
def internal_tells_nothing(read: Reading) -> Observations:
    """An error -3000 shows nothing of the server's inside.

    What failed is for its log; paths and code are for nobody else. Looked at: tracebacks in message
    and data of every error with this code.
    """
    for exchange in _failed(read, INTERNAL):
        said = exchange.reply.message.raw if exchange.reply is not None else b""
        if not any(inside in said for inside in INSIDES):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="an error -3000 shows a traceback",
                expected='"message": "Internal server error"',
            )


def _failed(read: Reading, code: int) -> Iterator[Exchange]:
    return (e for e in _of_style(read, read.exchanges()) if e.error_code == code)


def _of_style(read: Reading, exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
    return iter(exchanges if is_kailash(read) else ())


def _data(exchange: Exchange) -> Json:
    return exchange.reply.message.error.get("data") if exchange.reply is not None else None
