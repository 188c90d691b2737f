"""Overview, Responses: what an answer is made of."""

from typing import Final

from mcp_proof_contracts.dialect import EVERY_JSON_RPC
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.headers import META_CAPABILITIES
from mcp_proof_contracts.questions import ASKING_METHODS
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.jsonrpc.spoken import errors, evidence, responses
from mcp_proof_contracts.schema_layers import composed
from mcp_proof_contracts.wire import Kind, as_object, is_integer, quote

RESULT_TYPES: Final = ("complete", "input_required")
STATELESS: Final = Revision.R2026_07_28


@rule(
    "jsonrpc-result-xor-error",
    "MUST",
    "basic#responses",
    side="both",
    client_until=LATEST_STATEFUL,
    dialects=EVERY_JSON_RPC,
    otherwise="the peer answered nothing",
)
def result_xor_error(read: Reading) -> Observations:
    """A response has either a `result` or an `error`, never both and never neither.

    With both, or with neither, the requestor cannot tell success from failure. A null member is
    there all the same: JSON-RPC 2.0 wants the other one left out.
    """
    for said in responses(read):
        members = said.message.members
        if ("result" in members) is not ("error" in members):
            yield Kept(said.event)
        else:
            given = [name for name in ("result", "error") if name in members]
            yield Finding(
                message=f"a response has {' and '.join(given) or 'neither result nor error'}",
                expected="either `result` or `error`",
                actual=f"the members {', '.join(members)}: {said.message.excerpt}",
                events=evidence(read, said),
            )


@rule(
    "jsonrpc-result-is-object",
    "schema",
    "basic#responses",
    side="both",
    client_until=LATEST_STATEFUL,
    otherwise="the peer answered nothing with a result",
)
def result_is_object(read: Reading) -> Observations:
    """The `result` of a response is an object.

    MCP hangs `_meta` and everything else on it, so a list or a bare value has no place for them.
    An operation without content answers with an empty object.
    """
    for said in responses(read):
        members = said.message.members
        if "result" not in members or "error" in members:
            continue
        if isinstance(members["result"], dict):
            yield Kept(said.event)
        else:
            yield Finding(
                message="the result of a response is no object",
                expected="an object",
                actual=f'"result": {quote(members["result"])}',
                events=evidence(read, said),
            )


@rule(
    "jsonrpc-error-shape",
    "MUST",
    "basic#responses",
    side="both",
    client_until=LATEST_STATEFUL,
    dialects=EVERY_JSON_RPC,
    otherwise="the peer answered nothing with an error",
)
def error_shape(read: Reading) -> Observations:
    """The `error` of a response is an object with an integer `code` and a string `message`.

    Clients decide by the code and show the message. Any integer will do here, and `data` may be
    anything.
    """
    for said in errors(read):
        members = said.message.members
        if "result" in members:
            continue
        error = as_object(members["error"])
        if is_integer(error.get("code")) and isinstance(error.get("message"), str):
            yield Kept(said.event)
        else:
            yield Finding(
                message="an error has no integer `code` or no string `message`",
                expected='"error": {"code": <integer>, "message": <string>}',
                actual=f'"error": {quote(members["error"])}',
                events=evidence(read, said),
            )


def _results(read: Reading) -> list[Exchange]:
    """What was answered with a result, among the requests that are certainly of this revision.

    A server that also speaks earlier revisions may answer their methods in their way.
    """
    return read.derived(_all_results)


def _all_results(read: Reading) -> list[Exchange]:
    revision, known = read.revision, composed(read.revision).requests
    found: list[Exchange] = []
    for exchange in read.exchanges():
        ours = exchange.sent.revision is revision and exchange.sent.message.method in known
        if ours and exchange.answer is not None:
            message = exchange.answer.message
            if message.kind is Kind.RESULT and isinstance(message.members["result"], dict):
                found.append(exchange)
    return found


@rule(
    "result-type-present",
    "MUST",
    "basic#resulttype",
    since=STATELESS,
    otherwise="no request was answered with a result",
)
def result_type_present(read: Reading) -> Observations:
    """Every result says its `resultType`, a string.

    The client must know which of several structures it holds before it looks inside. Looked at:
    the results of all requests that this revision defines.
    """
    for exchange in _results(read):
        assert exchange.answer is not None
        given = exchange.result.get("resultType")
        if isinstance(given, str):
            yield Kept(exchange.answer.event)
        else:
            yield Finding.about(
                exchange,
                message=f"the result of {exchange.sent.message.method} has no `resultType`",
                expected='"resultType": "complete" or "input_required"',
            )


@rule(
    "result-type-known",
    "MUST",
    "basic#resulttype",
    since=STATELESS,
    otherwise="no result said its type",
)
def result_type_known(read: Reading) -> Observations:
    """The `resultType` of a result is "complete", "input_required" or one of a shared extension.

    A client must treat any other value as invalid, so the answer is lost. Where client and server
    both declared extensions, another value may be one of theirs and is left alone; where only the
    server did, that of a call is for `extension-fallback`.
    """
    for exchange in _results(read):
        assert exchange.answer is not None
        given = exchange.result.get("resultType")
        if given in RESULT_TYPES:
            yield Kept(exchange.answer.event)
        elif isinstance(given, str) and _extensions(read, exchange):
            yield Untested(f"{given!r} may be of the extension {_extensions(read, exchange)[0]}")
        elif isinstance(given, str) and _of_server_alone(read, exchange):
            yield Untested(f"{given!r} may be of an extension that the client did not declare")
        elif isinstance(given, str):
            yield Finding.about(
                exchange,
                message=f"the result of {exchange.sent.message.method} is of type {given!r}",
                expected=" or ".join(RESULT_TYPES),
            )


def _extensions(read: Reading, exchange: Exchange) -> list[str]:
    """The extensions that both sides declared; the client's, where the server was not asked."""
    meta = as_object(exchange.sent.message.params.get("_meta"))
    ours = as_object(as_object(meta.get(META_CAPABILITIES)).get("extensions"))
    theirs = as_object(read.capabilities.get("extensions"))
    return [name for name in ours if name in theirs or read.introduction is None]


def _of_server_alone(read: Reading, exchange: Exchange) -> bool:
    """Whether the answer may be that of an extension of the server's, which the client lacks."""
    can_ask = exchange.sent.message.method in ASKING_METHODS
    return can_ask and bool(as_object(read.capabilities.get("extensions")))
