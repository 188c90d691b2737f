"""One conversation where everything that the server says goes out one way: HTTP+SSE, memory."""

import asyncio
from collections.abc import Callable

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.conversation import Conversation
from mcp_proof_mocks.internal_error import answered
from mcp_proof_mocks.server import MockServer


class SharedChannel:
    """Takes a client's messages and answers each as soon as it can, whatever came before."""

    def __init__(self, server: MockServer, write: Callable[[bytes], None]) -> None:
        """`write` is given each message of the server as one JSON text."""
        self._write = write
        self._conversation = Conversation(server)
        self._conversation.session.tell = self._send
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, raw: bytes) -> None:
        """Begin to answer one message."""
        task = asyncio.create_task(self._answer(raw))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End the conversation: nobody listens any more."""
        self._conversation.hang_up()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def reply(self, raw: bytes) -> list[Json]:
        """Return the answer to one message; what is said ahead of it goes out the common way."""
        return (await answered(self._conversation, parse(raw), self._send)).messages

    async def _answer(self, raw: bytes) -> None:
        for value in await self.reply(raw):
            self._send(value)

    def _send(self, value: Json) -> None:
        self._write(encode(value))
