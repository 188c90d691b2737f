"""Stimuli below the messages: how frames come, and what they are."""

from typing import TYPE_CHECKING, Final

from mcp_proof.probe import probe
from mcp_proof.probes.websocket.calls import WEBSOCKET
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import encode

if TYPE_CHECKING:  # the package that its transport needs comes with an extra
    from mcp_proof.dialects.websocket import WebSocketServer

CUT: Final = 20
"""Bytes of the first fragment, which ends within the request's members."""


@probe("websocket-malformed", dialects=WEBSOCKET)
async def malformed(server: "WebSocketServer") -> None:
    """A text that is no JSON, and a good request on the same socket."""
    async with server.fresh() as client:
        await client.ask([b"mcp-proof: this is no JSON"], case="no JSON")
        await client.ask([_list(server)], case="after it")


@probe("websocket-fragmented", dialects=WEBSOCKET)
async def fragmented(server: "WebSocketServer") -> None:
    """A request in two fragments."""
    async with server.fresh() as client:
        raw = _list(server)
        await client.ask([raw[:CUT], raw[CUT:]])


@probe("websocket-binary", dialects=WEBSOCKET)
async def binary(server: "WebSocketServer") -> None:
    """A request that is good but for its frame, which is binary."""
    async with server.fresh() as client:
        await client.ask([_list(server)], binary=True)


@probe("websocket-ping", dialects=WEBSOCKET)
async def ping(server: "WebSocketServer") -> None:
    """A ping."""
    async with server.fresh() as client:
        await client.connection.ping(b"mcp-proof", probe="websocket-ping")


@probe("websocket-close", dialects=WEBSOCKET)
async def close(server: "WebSocketServer") -> None:
    """A closing handshake, after a request that was answered."""
    async with server.fresh() as client:
        await client.ask([_list(server)])
        await client.connection.close(probe="websocket-close")


def _list(server: "WebSocketServer") -> bytes:
    message: Json = {"jsonrpc": "2.0", "id": server.next_id(), "method": "tools/list", "params": {}}
    return encode(message)
