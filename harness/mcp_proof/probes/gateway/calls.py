"""Stimuli at `/servers/NAME/tools` and `/servers/NAME/call`."""

from typing import Final

from mcp_proof.dialects.gateway import GatewayServer, at
from mcp_proof.probe import probe
from mcp_proof.tool_server import UNKNOWN_TOOL, example_arguments
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json

GATEWAY: Final = (Dialect.GATEWAY,)
UNKNOWN_SERVER: Final = "mcp-proof-no-such-server"
BAD: Final[dict[str, Json]] = {
    "a list": [UNKNOWN_TOOL],
    "no tool": {"params": {}},
    "a tool that is a number": {"tool": 7, "params": {}},
    "params that are a text": {"tool": UNKNOWN_TOOL, "params": "text"},
}


@probe("gateway-unknown-server", dialects=GATEWAY)
async def unknown_server(server: GatewayServer) -> None:
    """The tools of a server that nobody registered, and a call there."""
    await server.request("GET", at(UNKNOWN_SERVER, "tools"), case="tools")
    await server.call_at(UNKNOWN_SERVER, {"tool": UNKNOWN_TOOL, "params": {}}, case="call")


@probe("gateway-unknown-tool", dialects=GATEWAY)
async def unknown_tool(server: GatewayServer) -> None:
    """A tool that no server has, at the first server whose tools are known."""
    for name in list(server.tools_of)[:1]:
        await server.call_at(name, {"tool": UNKNOWN_TOOL, "params": {}})


@probe("gateway-foreign-tool", dialects=GATEWAY)
async def foreign_tool(server: GatewayServer) -> None:
    """A tool that may be called, at a server that does not have it."""
    for home, tools in server.tools_of.items():
        for name, tool in tools.items():
            elsewhere = [
                n for n, others in server.tools_of.items() if others and name not in others
            ]
            arguments = example_arguments(tool) if server.may_call(tool) else None
            if elsewhere and arguments is not None:
                body: Json = {"tool": name, "params": arguments}
                await server.call_at(elsewhere[0], body, case=f"{name} of {home}")
                return


@probe("gateway-bad-call", dialects=GATEWAY)
async def bad_call(server: GatewayServer) -> None:
    """Calls of no existing tool that are no JSON, or of another form."""
    for name in list(server.tools_of)[:1]:
        await server.request("POST", at(name, "call"), content=b'{"tool": ', case="no JSON")
        for case, body in BAD.items():
            await server.call_at(name, body, case=case)
