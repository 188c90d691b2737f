"""The mock as a transport of the official Python SDK, 1.x or 2.x, which must be installed."""

import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeAlias

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCMessage
from pydantic import TypeAdapter, ValidationError

from mcp_proof_mocks.journal.texts import RecordedTexts
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.shared_channel import SharedChannel
from mcp_proof_mocks.stream.choice import refuse_without_relay

MESSAGES: Final[TypeAdapter[JSONRPCMessage]] = TypeAdapter(JSONRPCMessage)
Read: TypeAlias = MemoryObjectReceiveStream[SessionMessage | Exception]
Write: TypeAlias = MemoryObjectSendStream[SessionMessage]


@asynccontextmanager
async def sdk_streams(server: MockServer) -> AsyncGenerator[tuple[Read, Write]]:
    """Hold one conversation while the block runs; gives the pair that `ClientSession` takes.

    It is what `Client` of SDK 2.x takes as a transport, too. The mock runs on asyncio only.

    Raises:
        FaultTextError: the server has stream faults, and nothing would disturb the bytes.
    """
    refuse_without_relay(server.stream_faults)
    said, read = anyio.create_memory_object_stream[SessionMessage | Exception](math.inf)
    write, sent = anyio.create_memory_object_stream[SessionMessage]()

    recorded = RecordedTexts(server.journal, "memory")

    def say(raw: bytes) -> None:
        data = server.faults.written(raw)
        recorded.said(data)
        with suppress(anyio.BrokenResourceError):  # the client has closed its end
            said.send_nowait(_read(data))

    channel = SharedChannel(server, say)

    async def listen() -> None:
        async for item in sent:
            text = item.message.model_dump_json(by_alias=True, exclude_unset=True)
            raw = text.encode()
            recorded.heard(raw)
            channel.take(raw)

    async with said, read, write, sent, anyio.create_task_group() as listening:
        listening.start_soon(listen)
        try:
            yield read, write
        finally:
            recorded.ended()
            listening.cancel_scope.cancel()
            await channel.close()


def _read(raw: bytes) -> SessionMessage | Exception:
    """Return a message, or why there is none, as the SDK's own transports do."""
    try:
        return SessionMessage(MESSAGES.validate_json(raw))
    except ValidationError as error:
        return error
