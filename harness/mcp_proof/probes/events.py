"""A stimulus for the stream of events about what is executed."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Final

from mcp_proof.dialects.json_rpc import JsonRpcServer
from mcp_proof.probe import probe
from mcp_proof.tool_server import example_arguments
from mcp_proof.transports.connection import Sending
from mcp_proof_contracts.dialect import Dialect

STREAM: Final = "/mcp/stream"
STREAMING: Final = (Dialect.WEBSOCKET, Dialect.OPENAPI_JSONRPC)
PATIENCE: Final = 1.0
"""Seconds that an event may come after the answer to the call that it is about."""


@probe("events-stream", dialects=STREAMING)
async def stream(server: JsonRpcServer) -> None:
    """The event stream, and a call that may be made while it is open."""
    sending = await server.listen(STREAM)
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(sending.answered.wait(), server.timeout)
        if sending.status == HTTPStatus.OK:
            await _execute(server, sending)
    finally:
        sending.close()
        await asyncio.wait({sending.ended})


async def _execute(server: JsonRpcServer, sending: Sending) -> None:
    came = asyncio.Event()
    sending.receive = lambda _event: came.set()
    for tool in server.tools.values():
        if server.may_call(tool) and (arguments := example_arguments(tool)) is not None:
            await server.call(tool.name, arguments)
            with suppress(TimeoutError):
                await asyncio.wait_for(came.wait(), PATIENCE)
            return
