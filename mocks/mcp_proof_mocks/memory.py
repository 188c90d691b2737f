"""The mock without any I/O: a client in the same process hands its messages over."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.journal.texts import RecordedTexts
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.shared_channel import SharedChannel
from mcp_proof_mocks.stream.choice import refuse_without_relay

SendMessage: TypeAlias = Callable[[Json], Awaitable[None]]
ReceiveMessage: TypeAlias = Callable[[], Awaitable[Json]]


@asynccontextmanager
async def in_memory(server: MockServer) -> AsyncGenerator[tuple[SendMessage, ReceiveMessage]]:
    """Hold one conversation while the block runs; gives what sends and what receives a message.

    The server's messages come in the order in which it says them. `receive` raises `ValueError`
    for what a fault made unreadable.

    Raises:
        FaultTextError: the server has stream faults, and nothing would disturb the bytes.
    """
    refuse_without_relay(server.stream_faults)
    said: asyncio.Queue[bytes] = asyncio.Queue()
    recorded = RecordedTexts(server.journal, "memory")

    def write(raw: bytes) -> None:
        data = server.faults.written(raw)
        recorded.said(data)
        said.put_nowait(data)

    channel = SharedChannel(server, write)

    async def send(message: Json) -> None:
        raw = encode(message)
        recorded.heard(raw)
        channel.take(raw)

    async def receive() -> Json:
        message = parse(await said.get())
        if message.fault:
            raise ValueError(f"the server said what is no JSON: {message.fault}")
        return message.value

    try:
        yield send, receive
    finally:
        recorded.ended()
        await channel.close()
