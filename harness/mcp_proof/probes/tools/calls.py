"""Stimuli about calls: an unknown tool, malformed requests, arguments that break a schema."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.spoilt_arguments import spoilt_arguments
from mcp_proof.tool_server import MAX_CALLS
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object

UNKNOWN = "mcp-proof.no-such-tool"
MAX_TOOLS = 3
"""How many tools are called with wrong arguments."""


@probe("unknown-tool")
async def unknown_tool(driver: Driver) -> None:
    """A good call, but of a tool that no server has."""
    session = await driver.session()
    if "tools" in session.capabilities:
        await session.request("tools/call", {"name": UNKNOWN, "arguments": {}})


@probe("malformed-call")
async def malformed_call(driver: Driver) -> None:
    """A call that names no tool, and one whose arguments are an array."""
    session = await driver.session()
    if "tools" not in session.capabilities:
        return
    await session.request("tools/call", {"arguments": {}}, case="without name")
    for name, _ in driver.callable_tools()[:1]:
        params: JsonObject = {"name": name, "arguments": []}
        await session.request("tools/call", params, case="arguments as an array")


@probe("invalid-arguments")
async def invalid_arguments(driver: Driver) -> None:
    """Calls of read-only tools with one argument missing, or of a wrong type."""
    session = await driver.session()
    spoiled = 0
    for name, arguments in driver.callable_tools()[:MAX_CALLS]:
        schema = as_object(driver.tools[name].get("inputSchema"))
        wrong = list(spoilt_arguments(schema, arguments))
        for case, spoilt in wrong:
            await session.request("tools/call", {"name": name, "arguments": spoilt}, case=case)
        spoiled += bool(wrong)
        if spoiled == MAX_TOOLS:
            return
