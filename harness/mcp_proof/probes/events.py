"""A stimulus for the stream of events about what is executed."""

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Final

from mcp_proof.dialects.event_stream import opened_stream
from mcp_proof.dialects.json_rpc import JsonRpcServer
from mcp_proof.probe import probe
from mcp_proof.tool_server import example_arguments
from mcp_proof_contracts.dialects.event_stream import STREAM, STREAMING
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_object

PATIENCE: Final = 1.0
"""Seconds that an event may come after the answer to the call that it is about."""


@probe("events-stream", dialects=STREAMING)
async def stream(server: JsonRpcServer) -> None:
    """The event stream, and a call that may be made while it is open."""
    async with opened_stream(server, STREAM) as opened:
        for tool in server.tools.values() if opened.status == HTTPStatus.OK else ():
            if server.may_call(tool) and (arguments := example_arguments(tool)) is not None:
                await server.call(tool.name, arguments)
                await opened.until(partial(_tell_of, tool.name), PATIENCE)
                return


def _tell_of(name: str, events: Sequence[Json]) -> bool:
    """Whether an event names a tool; others may come before, such as a greeting."""
    return any(as_object(event).get("tool") == name for event in events)
