"""Where a server is and what it speaks, as plain data for load processes."""

from collections.abc import Mapping
from typing import Final

from mcp_proof.dialects.gateway import GatewayServer
from mcp_proof.dialects.openapi_jsonrpc import OpenApiJsonRpcServer
from mcp_proof.dialects.over_http import HttpToolServer
from mcp_proof.driver import Driver
from mcp_proof.errors import UsageError
from mcp_proof.targets import (
    CassetteTarget,
    CommandTarget,
    RedisTarget,
    StdioImageTarget,
    UrlTarget,
)
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.headers import header_parameters
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_object

SHARED: Final = {"stdio": 2, "websocket": 2, "http_sse": 2}
"""How many connections the users of a process share, by the kind of client; else one each."""
LISTENABLE: Final = ("stateless", "stateful", "contextframe", "openapi_jsonrpc", "websocket")
"""The kinds of clients that can hold a stream open, on which a server tells what happens."""
USERS: Final[Mapping[str, Mapping[str, int]]] = {"stateful": {"caller": 4, "churn": 1}}
"""The kinds of users with their weights, by the kind of client; else callers alone."""


def client_of(server: ToolServer) -> str:
    """Return the kind of client that a load run needs: a module of `clients`."""
    if not isinstance(server, Driver):
        return server.spoken.replace("-", "_")
    if server.transport == "http":
        return "stateless" if server.stateless else "stateful"
    return server.transport.replace("+", "_")


def place_of(server: ToolServer) -> Mapping[str, Json]:
    """Return where requests go; it may hold secrets.

    Raises:
        UsageError: no other process can reach the server.
    """
    target = server.target
    if isinstance(target, UrlTarget):
        url = server.base if isinstance(server, HttpToolServer) else target.url
        if isinstance(server, OpenApiJsonRpcServer):
            url += server.endpoint
        return {"url": url, "headers": [[name, value] for name, value in target.headers.items()]}
    if isinstance(target, RedisTarget):
        return {"url": target.url, "headers": []}
    if isinstance(target, CommandTarget):
        env: dict[str, Json] = {**target.env}
        return {"command": list(target.command), "cwd": target.cwd, "env": env}
    if isinstance(target, StdioImageTarget):
        variables: dict[str, Json] = {**target.env}
        return {"command": list(target.command), "cwd": None, "env": variables}
    if isinstance(target, CassetteTarget):
        raise UsageError(
            f"{target.label} is a recording, which is no server to load: serve it with `mcp-proof "
            "replay`, or make its calls again with --cassette"
        )
    raise UsageError(
        f"{target.label} lives in this process, and users of a load run are in others: serve it "
        "(an application by its own server, a mock by `mcp-proof mock`), and give the URL"
    )


def speech_of(server: ToolServer) -> dict[str, Json]:
    """Return what a client must know besides: what is spoken, and of the dialect what it needs.

    `revision` of MCP; `parameter_headers`, by tool and header the path of the argument that the
    header mirrors; `tools` of a gateway, for each tool by its id the pair of its server and its
    name there.
    """
    match server:
        case GatewayServer():
            listed = (tool for tools in server.tools_of.values() for tool in tools.values())
            return {"tools": {tool.name: list(server.place(tool.name)) for tool in listed}}
        case Driver(stateless=True, transport="http"):
            return {"revision": str(server.revision), "parameter_headers": _mirrored(server)}
        case Driver():
            return {"revision": str(server.revision)}
        case _:
            return {}


def _mirrored(server: Driver) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, tool in server.tools.items():
        schema = as_object(tool.get("inputSchema"))
        if paths := {each.header: list(each.path) for each in header_parameters(schema)}:
            found[name] = paths
    return found
