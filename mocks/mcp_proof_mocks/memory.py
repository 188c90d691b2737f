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
    channel = MemoryChannel(server, said.put_nowait)

    async def send(message: Json) -> None:
        channel.take(encode(message))

    async def receive() -> Json:
        message = parse(await said.get())
        if message.fault:
            raise ValueError(f"the server said what is no JSON: {message.fault}")
        return message.value

    try:
        yield send, receive
    finally:
        await channel.close()


class MemoryChannel(SharedChannel):
    """One conversation in memory, which the journal keeps."""

    def __init__(self, server: MockServer, write: Callable[[bytes], None]) -> None:
        """`write` is given each message of the server as it would be written."""
        self._recorded = RecordedTexts(server.journal, "memory")

        def said(raw: bytes) -> None:
            data = server.faults.written(raw)
            self._recorded.said(data)
            write(data)

        super().__init__(server, said)

    def take(self, raw: bytes) -> None:
        """Begin to answer one message."""
        self._recorded.heard(raw)
        super().take(raw)

    async def close(self) -> None:
        """End the conversation: nobody listens any more."""
        self._recorded.ended()
        await super().close()
