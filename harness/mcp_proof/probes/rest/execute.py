"""Stimuli at `POST /mcp/execute`."""

from typing import Final

from mcp_proof.dialects.rest import EXECUTE, RestServer
from mcp_proof.probe import probe
from mcp_proof.spoilt import spoilt_arguments
from mcp_proof.tool_server import example_arguments
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json, JsonObject

REST: Final = (Dialect.REST,)
UNKNOWN: Final = "mcp-proof-no-such-tool"
MAX_TOOLS: Final = 3
"""How many tools are executed with wrong arguments."""
BAD: Final[dict[str, Json]] = {
    "no tools": {"request_id": "1"},
    "tools that are no list": {"tools": {"tool_slug": UNKNOWN, "arguments": {}}},
    "a tool without tool_slug": {"tools": [{"arguments": {}}]},
    "arguments that are a text": {"tools": [{"tool_slug": UNKNOWN, "arguments": "text"}]},
}


@probe("rest-unknown-tool", dialects=REST)
async def unknown_tool(server: RestServer) -> None:
    """A tool that no server has: alone, before one that may be called, and without a request id."""
    await server.execute([(UNKNOWN, {})], case="alone")
    for tool in list(server.tools.values()):
        if server.may_call(tool) and (arguments := example_arguments(tool)) is not None:
            calls: list[tuple[str, JsonObject]] = [(UNKNOWN, {}), (tool.name, arguments)]
            await server.execute(calls, case=f"before {tool.name}")
            break
    body: Json = {"tools": [{"tool_slug": UNKNOWN, "arguments": {}}]}
    await server.request("POST", EXECUTE, body, case="without request_id")


@probe("rest-bad-body", dialects=REST)
async def bad_body(server: RestServer) -> None:
    """A body that is no JSON, and bodies of another form."""
    await server.request("POST", EXECUTE, content=b'{"tools": [', case="no JSON")
    for case, body in BAD.items():
        await server.request("POST", EXECUTE, body, case=case)


@probe("rest-invalid-arguments", dialects=REST)
async def invalid_arguments(server: RestServer) -> None:
    """Tools that may be called, with an argument missing or of a wrong type."""
    tried = 0
    for tool in server.tools.values():
        arguments = example_arguments(tool)
        if not server.may_call(tool) or arguments is None or tried == MAX_TOOLS:
            continue
        for case, wrong in spoilt_arguments(tool.input_schema, arguments):
            await server.execute([(tool.name, wrong)], case=case)
            tried += 1


@probe("rest-wrong-method", dialects=REST)
async def wrong_method(server: RestServer) -> None:
    """A GET where only POST executes."""
    await server.request("GET", EXECUTE)
