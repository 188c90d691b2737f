"""Stimuli at `POST /mcp/execute`."""

from typing import Final

from mcp_proof.dialects.rest import RestServer
from mcp_proof.probe import probe
from mcp_proof.spoilt_arguments import spoilt_arguments
from mcp_proof.tool_server import UNKNOWN_TOOL
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.rest import EXECUTE
from mcp_proof_contracts.json_value import Json, JsonObject

REST: Final = (Dialect.REST,)
MAX_TOOLS: Final = 3
"""How many tools are executed with wrong arguments."""
BAD: Final[dict[str, Json]] = {
    "no tools": {"request_id": "1"},
    "tools that are no list": {"tools": {"tool_slug": UNKNOWN_TOOL, "arguments": {}}},
    "a tool without tool_slug": {"tools": [{"arguments": {}}]},
    "arguments that are a text": {"tools": [{"tool_slug": UNKNOWN_TOOL, "arguments": "text"}]},
}


@probe("rest-unknown-tool", dialects=REST)
async def unknown_tool(server: RestServer) -> None:
    """A tool that no server has: alone, around one that may be called, and without a request id."""
    await server.execute([(UNKNOWN_TOOL, {})], case="alone")
    for tool, arguments in server.callable_tools()[:1]:
        calls: list[tuple[str, JsonObject]] = [(UNKNOWN_TOOL, {}), (tool.name, arguments)]
        await server.execute(calls, case=f"before {tool.name}")
        await server.execute(calls[::-1], case=f"after {tool.name}")
    body: Json = {"tools": [{"tool_slug": UNKNOWN_TOOL, "arguments": {}}]}
    await server.request("POST", EXECUTE, body, case="without request_id")


@probe("rest-several-tools", dialects=REST)
async def several_tools(server: RestServer) -> None:
    """Two tools in one execution; one of them twice where no other may be called."""
    calls = [(tool.name, arguments) for tool, arguments in server.callable_tools()]
    if calls:
        await server.execute([calls[0], calls[-1]])


@probe("rest-bad-body", dialects=REST)
async def bad_body(server: RestServer) -> None:
    """Bodies that are no JSON, and bodies of another form."""
    await server.request("POST", EXECUTE, content=b'{"tools": [', case="no JSON")
    await server.request("POST", EXECUTE, content=b'{"tools": "\xff"}', case="no UTF-8")
    for case, body in BAD.items():
        await server.request("POST", EXECUTE, body, case=case)


@probe("rest-invalid-arguments", dialects=REST)
async def invalid_arguments(server: RestServer) -> None:
    """Tools that may be called, with an argument missing or of a wrong type."""
    for tool, arguments in server.callable_tools()[:MAX_TOOLS]:
        for case, wrong in spoilt_arguments(tool.input_schema, arguments):
            await server.execute([(tool.name, wrong)], case=case)


@probe("rest-wrong-method", dialects=REST)
async def wrong_method(server: RestServer) -> None:
    """A GET where only POST executes."""
    await server.request("GET", EXECUTE)
