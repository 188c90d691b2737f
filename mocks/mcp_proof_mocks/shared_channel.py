"""One conversation where everything that the server says goes out one way: HTTP+SSE, memory."""

import asyncio
import traceback
from collections.abc import Callable

from mcp_proof_contracts.error_codes import INTERNAL_ERROR
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import Kind, encode, parse
from mcp_proof_mocks.conversation import Conversation
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

    async def _answer(self, raw: bytes) -> None:
        message = parse(raw)
        try:
            reply = await self._conversation.handle(message, self._send)
        except Exception:  # noqa: BLE001  # nobody awaits this task; the client must not hang
            traceback.print_exc()
            error: Json = {"code": INTERNAL_ERROR, "message": "Internal error"}
            if message.kind is Kind.REQUEST:
                self._send({"jsonrpc": "2.0", "id": message.id, "error": error})
            return
        for value in reply.messages:
            self._send(value)

    def _send(self, value: Json) -> None:
        self._write(encode(value))
