"""Tools, Error Handling: calls that are wrong in one respect."""

from collections.abc import Iterator

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.tools.called import failed_in_tool, succeeded, uncalled
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem

ERRORS = "server/tools#error-handling"
INVALID = "invalid-arguments"
NO_INVALID = "no read-only tool whose arguments can be wrong was called with wrong ones"


@rule(
    "tools-unknown-tool-error",
    "implied",
    ERRORS,
    probes=("unknown-tool",),
    otherwise="the `tools` capability was not declared",
)
def unknown_tool_error(read: Reading) -> Observations:
    """A call of an unknown tool is answered with a JSON-RPC error.

    The page lists it among the protocol errors, with -32602 as its example; another code is right
    too. A result, even one that says `isError`, makes a misspelt name look like a tool that ran.
    """
    for exchange in _calls(read, "unknown-tool"):
        yield from _refusal(exchange, "a call of an unknown tool")


@rule(
    "tools-malformed-call-error",
    "implied",
    ERRORS,
    probes=("malformed-call",),
    otherwise="the `tools` capability was not declared",
)
def malformed_call_error(read: Reading) -> Observations:
    """A malformed tools/call is answered with a JSON-RPC error.

    It breaks the schema of the request itself, and so is no matter of the tool. Looked at: a call
    without `name`, and one whose `arguments` are an array, of a read-only tool.
    """
    for exchange in _calls(read, "malformed-call"):
        yield from _refusal(exchange, f"a malformed tools/call ({exchange.case})")


@rule(
    "tools-invalid-args-protocol-error",
    "implied",
    ERRORS,
    until=Revision.R2025_06_18,
    probes=(INVALID,),
    otherwise=NO_INVALID,
)
def invalid_args_protocol_error(read: Reading) -> Observations:
    """Arguments that break a tool's schema are answered with a JSON-RPC error.

    Until 2025-06-18 the page lists invalid arguments among the protocol errors. It also lists
    "invalid input data" among the execution errors, so a result with `isError` is tolerated.
    """
    yield from uncalled(read)
    for exchange in _invalid_calls(read):
        if exchange.refused:
            yield Kept(exchange.sent.event)
        elif failed_in_tool(exchange):
            yield Untested("invalid arguments were reported with `isError`, which is listed too")
        elif succeeded(exchange):
            yield _accepted(exchange, "a JSON-RPC error")


@rule(
    "tools-invalid-args-execution-error",
    "implied",
    ERRORS,
    since=Revision.R2025_11_25,
    probes=(INVALID,),
    otherwise=NO_INVALID,
)
def invalid_args_execution_error(read: Reading) -> Observations:
    """Arguments that break a tool's schema are answered with a result that says `isError`.

    A model reads tool results and can correct its call; JSON-RPC errors often end with the
    client. Where the call succeeds, `tools-inputs-validated` speaks and this rule does not.
    """
    yield from uncalled(read)
    for exchange in _invalid_calls(read):
        if failed_in_tool(exchange):
            yield Kept(exchange.sent.event)
        elif exchange.error_code is not None:
            yield Finding.about(
                exchange,
                message="invalid arguments were answered with a JSON-RPC error",
                expected='a result with `"isError": true`',
            )


@rule(
    "tools-inputs-validated",
    "MUST",
    "server/tools#security-considerations",
    probes=(INVALID,),
    otherwise=NO_INVALID,
)
def inputs_validated(read: Reading) -> Observations:
    """A tool does not run with arguments that break its own `inputSchema`.

    The schema is the server's promise of what it checks; models err, and attackers try. Looked
    at: read-only tools, called without a required argument, or with an object where a string is
    demanded. Any refusal is right: a JSON-RPC error or `isError`. It counts only for a tool that
    works when its arguments are good, or at least fails in other words.
    """
    yield from uncalled(read)
    for exchange in _invalid_calls(read):
        if succeeded(exchange):
            yield _accepted(exchange, "a JSON-RPC error, or a result with `isError`")
        elif not (exchange.refused or failed_in_tool(exchange)):
            yield Untested("a call with wrong arguments was answered with neither result nor error")
        elif _noticed(read, exchange):
            yield Kept(exchange.sent.event)
        else:
            yield Untested("the tools called with wrong arguments fail alike with good ones")


def _refusal(exchange: Exchange, what: str) -> Observations:
    """Judge that a call was refused with a JSON-RPC error (over HTTP, a 4xx alone will do)."""
    if exchange.refused:
        yield Kept(exchange.sent.event)
    elif exchange.served:
        yield Finding.about(
            exchange, message=f"{what} was answered with a result", expected="a JSON-RPC error"
        )
    else:
        yield Untested(f"{what} was not answered")


def _calls(read: Reading, probe: str) -> Iterator[Exchange]:
    """The probe's calls; a session that it had to begin anew bears its name too."""
    return (e for e in read.stimuli(probe) if e.sent.message.method == "tools/call")


def _invalid_calls(read: Reading) -> Iterator[Exchange]:
    """The probe's calls whose arguments the tool's own schema is seen to forbid."""
    for exchange in _calls(read, INVALID):
        params = exchange.sent.message.params
        tool = read.tool_by_name.get(str(params.get("name")))
        if tool is None or schema_problem(schema := tool.get("inputSchema")) is not None:
            continue
        if instance_problems(schema, params.get("arguments", {})):
            yield exchange


def _accepted(exchange: Exchange, expected: str) -> Finding:
    params = exchange.sent.message.params
    return Finding.about(
        exchange,
        message=f"the tool {params.get('name')!r} ran with arguments that break its inputSchema"
        f" ({exchange.case})",
        expected=expected,
    )


def _noticed(read: Reading, refused: Exchange) -> bool:
    """Whether an ordinary call of the same tool ended otherwise."""
    name = refused.sent.message.params.get("name")
    return any(
        succeeded(exchange) or _told(exchange) != _told(refused)
        for exchange in read.exchanges("tools/call")
        if exchange.probe == "" and exchange.sent.message.params.get("name") == name
    )


def _told(exchange: Exchange) -> Json:
    """What an answer says to its reader."""
    if exchange.error_code is not None and exchange.reply is not None:
        return exchange.reply.message.error.get("message")
    return exchange.result.get("content")
