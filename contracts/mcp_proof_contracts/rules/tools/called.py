"""Which of the listed tools may be called, which were, and what they gave."""

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Observations, Untested
from mcp_proof_contracts.wire import as_object


def uncalled(read: Reading) -> Observations:
    """Say why no tool gave anything where none was called because none may be, unasked."""
    yield from read.derived(_uncalled)


def _uncalled(read: Reading) -> list[Untested]:
    called = {str(e.sent.message.params.get("name")) for e in read.exchanges("tools/call")}
    if not read.tools or any(str(tool.get("name")) in called for tool, _ in read.tools):
        return []
    if any(is_read_only(tool) for tool, _ in read.tools):
        return []
    return [Untested("no tool was called, for none of those listed declares `readOnlyHint`")]


def is_read_only(tool: JsonObject) -> bool:
    """Whether a tool declares that it changes nothing, so that it may be called unasked."""
    return as_object(tool.get("annotations")).get("readOnlyHint") is True


def tool_results(read: Reading) -> list[tuple[Exchange, JsonObject]]:
    """The results that tools gave; those that ask back or stand for a task have no content."""
    return read.derived(_tool_results)


def _tool_results(read: Reading) -> list[tuple[Exchange, JsonObject]]:
    return [
        (exchange, result)
        for exchange in read.results("tools/call")
        if (result := exchange.result).get("resultType", "complete") == "complete"
        and "task" not in result
    ]


def succeeded(exchange: Exchange) -> bool:
    """Whether the tool gave its output: no failure, no question back, no task for later."""
    return (
        exchange.served
        and exchange.result.get("isError") is not True
        and exchange.result.get("resultType") in (None, "complete")
        and isinstance(exchange.result.get("content"), list)
    )


def failed_in_tool(exchange: Exchange) -> bool:
    """Whether the tool itself told of a failure."""
    return exchange.served and exchange.result.get("isError") is True


def called_as(exchange: Exchange) -> str:
    """Name the tool that was called."""
    return f"the tool {exchange.sent.message.params.get('name')!r}"
