"""How each dialect is asked again what a recording asked."""

from mcp_proof.dialects.json_rpc import JsonRpcServer
from mcp_proof.dialects.over_http import HttpToolServer
from mcp_proof.drift.answers_given import RecordedClient
from mcp_proof.drift.live.json_rpc import LiveJsonRpc
from mcp_proof.drift.live.live import Live
from mcp_proof.drift.live.mcp import LiveMcp
from mcp_proof.drift.live.over_http import LiveHttp
from mcp_proof.drift.live.queue import LiveQueue
from mcp_proof.driver import Driver
from mcp_proof.tool_server import ToolServer

__all__ = ["Live", "live"]


def live(server: ToolServer, client: RecordedClient) -> Live:
    """Return what asks a server."""
    if isinstance(server, Driver):
        return LiveMcp(server, client)
    if isinstance(server, JsonRpcServer):
        return LiveJsonRpc(server)
    if isinstance(server, HttpToolServer):
        return LiveHttp(server)
    return LiveQueue(server)
