"""Stimuli that are under way together on one socket."""

import asyncio
import time
from typing import TYPE_CHECKING, Final

from mcp_proof.probe import probe
from mcp_proof.probes.jsonrpc.echo import TOGETHER, free_argument
from mcp_proof.tool_server import ListedTool, example_arguments
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.rules.websocket.answers import SLOW
from mcp_proof_contracts.wire import encode

if TYPE_CHECKING:  # the package that its transport needs comes with an extra
    from mcp_proof.dialects.websocket import WebSocketServer

WEBSOCKET: Final = (Dialect.WEBSOCKET,)
PAIRS: Final = 4
"""How many lists, and how many unknown methods, are asked for together."""
TRIED: Final = 8
"""How many tools are looked at."""


@probe("websocket-in-flight", dialects=WEBSOCKET)
async def in_flight(server: "WebSocketServer") -> None:
    """Requests that are told apart by their answers, all of them sent before the first answer."""
    client = await server.socket()
    asked: list[tuple[str, bytes]] = []
    for _ in range(PAIRS):
        asked.append(("list", _request(server, "tools/list", {})))
        asked.append(("unknown", _request(server, "mcp-proof/no-such-method", {})))
    for tool in _callable(server):
        if (name := free_argument(tool.input_schema)) is not None:
            calls = [_call(server, tool, {name: text}) for text in TOGETHER]
            asked += [(f"call {tool.name}", raw) for raw in calls]
    await asyncio.gather(*(client.ask([raw], case=case) for case, raw in asked))


@probe("websocket-slow-call", dialects=WEBSOCKET)
async def slow_call(server: "WebSocketServer") -> None:
    """A list behind the slowest of the calls that may be made, where one is slow at all."""
    client = await server.socket()
    await client.ask([_request(server, "tools/list", {})], case="alone")
    slowest, most = None, SLOW
    for tool in _callable(server):
        if (arguments := example_arguments(tool)) is not None:
            started = time.monotonic()
            await client.ask([_call(server, tool, arguments)], case="measured")
            if (took := time.monotonic() - started) >= most:
                slowest, most = _call(server, tool, arguments), took
    if slowest is not None:
        behind = _request(server, "tools/list", {})
        await asyncio.gather(
            client.ask([slowest], case="slow"), client.ask([behind], case="behind")
        )


def _callable(server: "WebSocketServer") -> list[ListedTool]:
    return [tool for tool in server.tools.values() if server.may_call(tool)][:TRIED]


def _call(server: "WebSocketServer", tool: ListedTool, arguments: JsonObject) -> bytes:
    return _request(server, "tools/call", {"name": tool.name, "arguments": arguments})


def _request(server: "WebSocketServer", method: str, params: JsonObject) -> bytes:
    message: Json = {
        "jsonrpc": "2.0",
        "id": server.next_id(),
        "method": method,
        "params": params,
    }
    return encode(message)
