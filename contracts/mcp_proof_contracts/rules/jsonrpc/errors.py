"""Overview, Error Codes: which codes mean what, and what an error does not tell."""

from collections.abc import Callable, Iterator
from typing import Final

from mcp_proof_contracts.error_codes import (
    JSON_RPC,
    MISSING_CAPABILITY,
    RESOURCE_NOT_FOUND,
    STATELESS_ERA,
    UNSUPPORTED_VERSION,
    URL_ELICITATION_REQUIRED,
)
from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.headers import META_CAPABILITIES, standard_headers
from mcp_proof_contracts.internals import STACK_TRACE
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Era, Revision, published
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.jsonrpc.spoken import errors, evidence, with_errors
from mcp_proof_contracts.schema import request
from mcp_proof_contracts.wire import Kind, as_list, as_object

PAGE: Final = "basic#error-codes"
SINCE: Final = Revision.R2026_07_28
NO_ERROR: Final = "the server refused nothing"

RESERVED: Final = range(-32099, -32019)
LEGACY: Final = range(-32019, -31999)
RETIRED: Final = {
    RESOURCE_NOT_FOUND: "resource not found",
    URL_ELICITATION_REQUIRED: "URL elicitation required",
}
JSON_RPC_RANGE: Final = range(-32768, -31999)


def _errors(read: Reading) -> list[tuple[Exchange, Said, int]]:
    """The error codes with which requests of this very revision were answered.

    A method that this revision has removed may be refused in the words of the revision that a
    server of both eras takes it for.
    """
    return read.derived(_all_errors)


def _all_errors(read: Reading) -> list[tuple[Exchange, Said, int]]:
    return list(_each_error(read))


def _each_error(read: Reading) -> Iterator[tuple[Exchange, Said, int]]:
    for exchange in with_errors(read):
        method = exchange.sent.message.method
        removed = request(LATEST_STATEFUL, method) and not request(read.revision, method)
        if exchange.sent.revision is not read.revision or removed:
            continue
        for said in (*exchange.answers, *exchange.strays):
            if said.message.kind is Kind.ERROR and said.message.error_code is not None:
                yield exchange, said, said.message.error_code


def _judge_codes(read: Reading, wrong: Callable[[int], str], expected: str) -> Observations:
    for exchange, said, code in _errors(read):
        if reason := wrong(code):
            yield Finding.about(
                exchange,
                message=f"{exchange.sent.message.method or 'a message'} was refused with {reason}",
                expected=expected,
            )
        else:
            yield Kept(said.event)


@rule("jsonrpc-error-code-reserved-range", "MUST NOT", PAGE, since=SINCE, otherwise=NO_ERROR)
def reserved_range(read: Reading) -> Observations:
    """No error has a code of -32099 to -32020 that the specification does not define.

    The range belongs to MCP, and the next revision may give the code a meaning of its own.
    """

    def wrong(code: int) -> str:
        undefined = code in RESERVED and code not in STATELESS_ERA and code not in RETIRED
        return f"{code}, a code reserved for MCP" if undefined else ""

    yield from _judge_codes(
        read, wrong, "-32020, -32021, -32022, or a code outside -32099 to -32020"
    )


@rule("jsonrpc-error-code-retired", "MUST NOT", PAGE, since=SINCE, otherwise=NO_ERROR)
def retired(read: Reading) -> Observations:
    """No error has the code -32002 or -32042, which only earlier revisions know.

    Clients of this revision look for -32602 where a resource does not exist, and URLs are asked
    for in `input_required` results.
    """

    def wrong(code: int) -> str:
        return f"{code} ({RETIRED[code]}), a retired code" if code in RETIRED else ""

    yield from _judge_codes(read, wrong, "-32602 for a resource that does not exist")


@rule("jsonrpc-error-code-legacy-range", "SHOULD NOT", PAGE, since=SINCE, otherwise=NO_ERROR)
def legacy_range(read: Reading) -> Observations:
    """No error has a code of -32019 to -32000.

    Implementations gave these codes meanings of their own before there was a policy, so that a
    client can conclude nothing from them. -32002 is a retired code, which has its own rule.
    """

    def wrong(code: int) -> str:
        legacy = code in LEGACY and code not in RETIRED
        return f"{code}, a code without a meaning" if legacy else ""

    yield from _judge_codes(read, wrong, "a code of JSON-RPC or MCP, or one above -32000")


@rule(
    "jsonrpc-error-code-app-range",
    "SHOULD",
    PAGE,
    since=SINCE,
    otherwise="the server used no error code of its own",
)
def app_range(read: Reading) -> Observations:
    """An error code of the server's own lies outside -32768 to -32000.

    JSON-RPC reserves that range for itself. The two parts of it that MCP divides have rules of
    their own and are not looked at here.
    """
    for exchange, said, code in _errors(read):
        if code in JSON_RPC or code in RESERVED or code in LEGACY:
            continue
        if code in JSON_RPC_RANGE:
            yield Finding.about(
                exchange,
                message=f"{exchange.sent.message.method} was refused with {code}",
                expected="a code below -32768 or above -32000",
            )
        else:
            yield Kept(said.event)


@rule(
    "jsonrpc-error-code-defined-meaning",
    "MUST",
    PAGE,
    since=SINCE,
    probes=("versions",),
    otherwise="the server used none of the codes that MCP defines",
)
def defined_meaning(read: Reading) -> Observations:
    """-32020, -32021 and -32022 are used for what they mean, with the `data` they must have.

    Clients react to them on their own: they mend a header, declare a capability, choose another
    version. Looked at: the data's shape, and whether the error contradicts itself or the request.
    Where two of them fit a request, either may be used. The shape of what -32021 names is for
    `capability-missing-data`.
    """
    for exchange in with_errors(read):
        for said in (*exchange.answers, *exchange.strays):
            if said.message.error_code not in STATELESS_ERA:
                continue
            if reason := _misused(read, exchange, said.message.error):
                yield Finding.about(
                    exchange,
                    message=f"{said.message.error_code} was misused: {reason}",
                    expected="the code's own meaning and data",
                )
            else:
                yield Kept(said.event)


def _misused(read: Reading, exchange: Exchange, error: JsonObject) -> str:
    data = as_object(error.get("data"))
    if error.get("code") == UNSUPPORTED_VERSION:
        return _unsupported(data)
    if error.get("code") == MISSING_CAPABILITY:
        return _missing(exchange, data)
    if read.transport != "http":
        return f"{read.transport} has no headers that could mismatch"
    return "the headers mirror the message" if _mirrored(exchange) else ""


def _unsupported(data: JsonObject) -> str:
    supported, requested = data.get("supported"), data.get("requested")
    if not isinstance(supported, list) or not all(isinstance(v, str) for v in as_list(supported)):
        return "`data.supported` is no list of versions"
    if not isinstance(requested, str):
        return "`data.requested` is no version"
    version = published(requested)
    # A version of the stateful era is supported, but not by requests of this one.
    stateless = version is not None and version.era is Era.STATELESS
    return f"it supports {requested}" if requested in as_list(supported) and stateless else ""


def _missing(exchange: Exchange, data: JsonObject) -> str:
    required = data.get("requiredCapabilities")
    if not isinstance(required, dict) or not required:
        return ""  # for `capability-missing-data`
    meta = as_object(exchange.sent.message.params.get("_meta"))
    if META_CAPABILITIES in meta and _covers(meta[META_CAPABILITIES], required):
        return "the client declared every capability that it names"
    return ""


def _covers(declared: Json, required: Json) -> bool:
    """Whether every member that is required is declared."""
    given, needed = as_object(declared), as_object(required)
    return all(name in given and _covers(given[name], needed[name]) for name in needed)


def _mirrored(exchange: Exchange) -> bool:
    """Whether the headers of ordinary traffic say what they must.

    Those of parameters and of tasks are not compared: the schema, and the extension, say which.
    """
    message = exchange.sent.message
    compared = exchange.is_good_request and not message.method.startswith(("tools/call", "tasks/"))
    if exchange.probe or exchange.http is None or not compared:
        return False
    sent = exchange.http.request_headers
    wanted = standard_headers(message.members)
    return all(sent.get(name.lower()) == value for name, value in wanted.items())


@rule(
    "errors-no-internals",
    "implied",
    "basic#responses",
    otherwise=NO_ERROR,
)
def errors_no_internals(read: Reading) -> Observations:
    """The message of an error is a sentence, no stack trace.

    A trace tells a stranger about paths and libraries, and a user nothing. Looked at: `message`
    alone, for the traces of the common languages; what an implementation puts into `data` is its
    own choice.
    """
    for said in errors(read):
        text = said.message.error.get("message")
        if not isinstance(text, str):
            continue
        if trace := STACK_TRACE.search(text):
            yield Finding(
                message="the message of an error holds a stack trace",
                expected="one concise sentence",
                actual=trace[0].strip(),
                events=evidence(read, said),
            )
        else:
            yield Kept(said.event)
