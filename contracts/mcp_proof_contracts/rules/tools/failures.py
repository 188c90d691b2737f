"""Tools, Error Handling: `isError` where a tool failed, and only there."""

from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.jsonrpc.echoes import NO_ECHO, argument, echoes
from mcp_proof_contracts.rules.tools.called import called_as, failed_in_tool, succeeded, uncalled
from mcp_proof_contracts.wire import as_list, as_object

ECHO: Final = "echo"
NOT_BY_THE_TOOL: Final = (INVALID_PARAMS, METHOD_NOT_FOUND, -32020, -32021, -32022, -32042, -32700)
"""Codes by which a call is refused before, or for another reason than that, its tool failed."""


@rule(
    "tools-execution-error-iserror",
    "SHOULD",
    "server/tools#error-handling",
    probes=("tool-failure",),
    otherwise=needs("failure"),
)
def execution_error_iserror(read: Reading) -> Observations:
    """A failure of the tool itself is reported in a result that says `isError`.

    A model sees results and can correct its call; a JSON-RPC error ends with the client, and a
    failure that looks like success is believed. Looked at: calls that are known to fail in the
    tool. A code that refuses the call before the tool runs (-32602, -32601, ...) is no finding.
    """
    for exchange in read.stimuli("tool-failure"):
        if exchange.sent.message.method != "tools/call":
            continue
        if failed_in_tool(exchange):
            yield Kept(exchange.sent.event)
        elif exchange.error_code in NOT_BY_THE_TOOL:
            yield Untested(f"the call was refused before the tool ran: {exchange.outcome}")
        elif exchange.answered_by_error:
            yield Finding.about(
                exchange,
                message=f"a failure of {called_as(exchange)} came as a JSON-RPC error",
                expected='a result with `"isError": true`',
            )
        elif succeeded(exchange):
            yield Finding.about(
                exchange,
                message=f"a failure of {called_as(exchange)} came without `isError`",
                expected='a result with `"isError": true`',
            )


@rule(
    "tools-iserror-only-on-failure",
    "implied",
    "server/tools#tool-result",
    probes=(ECHO,),
    otherwise=NO_ECHO,
)
def iserror_only_on_failure(read: Reading) -> Observations:
    """A call that did what it was asked does not say `isError`.

    Clients show such a result as a failure, and models try again. Looked at: tools with one string
    argument. Where the whole output is the text that was given, the tool echoes, and has not
    failed; an error message that quotes the text is longer.
    """
    yield from uncalled(read)
    for exchange in read.stimuli(ECHO, "plain"):
        if failed_in_tool(exchange) and _is_nothing_but(exchange, argument(exchange)):
            yield Finding.about(
                exchange,
                message=f"{called_as(exchange)} gave back its text, and said that it failed",
                expected="no `isError`, or false",
            )
        elif succeeded(exchange) and echoes(exchange.result, argument(exchange)):
            yield Kept(exchange.sent.event)


@rule(
    "tools-call-uses-arguments",
    "implied",
    "server/tools#calling-tools",
    probes=(ECHO,),
    otherwise=NO_ECHO,
)
def call_uses_arguments(read: Reading) -> Observations:
    """A call is answered for its own arguments, not for those of an earlier one.

    A cache whose key leaves an argument out answers so. Looked at: a second text, given to a tool
    that has just echoed a first one; a finding shows the first text again and not the second.
    """
    earlier = [e for e in read.stimuli(ECHO, "plain") if echoes(e.result, argument(e))]
    for exchange in read.stimuli(ECHO, "another"):
        if not earlier or not succeeded(exchange):
            continue
        given, before = argument(exchange), argument(earlier[-1])
        if echoes(exchange.result, given):
            yield Kept(exchange.sent.event)
        elif echoes(exchange.result, before):
            yield Finding(
                message=f"{called_as(exchange)} answered for the arguments of the call before",
                expected=f"a result for {given!r}",
                actual=f"a result for {before!r}",
                events=(*earlier[-1].evidence, *exchange.evidence),
            )


def _is_nothing_but(exchange: Exchange, text: str) -> bool:
    blocks = [as_object(block) for block in as_list(exchange.result.get("content"))]
    texts: list[Json] = [block.get("text") for block in blocks]
    return texts == [text]
