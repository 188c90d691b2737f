"""The mock over stdio: a thin shell around one conversation."""

import asyncio
import contextlib
import os
import select
import signal
import stat
import sys
from typing import Final

from mcp_proof_contracts.framing import MAX_FRAME, FrameTooLongError, LineReader
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks import eager
from mcp_proof_mocks.conversation import Conversation
from mcp_proof_mocks.internal_error import answered
from mcp_proof_mocks.journal.texts import RecordedTexts
from mcp_proof_mocks.server import MockServer

CHUNK: Final = 1 << 16
TURNS: Final = 16
PATIENCE_MS: Final = 1
MANY: Final = 4
"""Lines that came together of which a server with a fault reads the first alone."""
"""How often, and for how many milliseconds, input is looked for outside of the event loop."""


async def serve_stdio(server: MockServer) -> None:
    """Serve standard input and output until input ends or SIGTERM comes."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    if server.keeps("stdio-server-exits-on-sigterm"):
        loop.add_signal_handler(signal.SIGTERM, stop.set)
    else:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    serving = asyncio.create_task(_Stdio(server).serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    await server.close()
    for task in (serving, stopping):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class _Stdio:
    """One client behind standard input and output."""

    def __init__(self, server: MockServer) -> None:
        self._server = server
        self._conversation = Conversation(server)
        self._recorded = RecordedTexts(server.journal, "stdio")
        self._conversation.session.tell = self._send
        # A limit like that of many a line reader, asyncio's own among them.
        self._limit = MAX_FRAME if server.keeps("stdio-large-and-split-messages") else CHUNK
        self._lines = LineReader(self._limit)
        self._overlong = False
        """Whether the line that is arriving has grown past the limit."""
        self._waiting: set[asyncio.Task[None]] = set()
        """The requests whose answers have to wait for something."""
        self._unwritten: list[bytes] = []
        self._gathering = False
        """Whether what is sent now is written later, together."""
        self._ended = asyncio.Event()
        self._more = select.poll()
        self._more.register(sys.stdin.fileno(), select.POLLIN)

    async def serve(self) -> None:
        """Answer until the input ends."""
        await self._read()
        self._recorded.ended()
        self._server.audience.close()  # patterns/subscriptions, Graceful Closure
        await asyncio.sleep(0)
        self._conversation.hang_up()
        self._server.faults.hang_up()
        if self._waiting:
            await asyncio.wait(self._waiting)
        if not self._server.keeps("stdio-server-exits-on-eof"):
            await asyncio.Event().wait()

    async def _read(self) -> None:
        """Read a pipe as it comes, a file in a thread, for no loop can wait for one."""
        file = sys.stdin.fileno()
        mode = os.fstat(file).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or sys.stdin.isatty():
            loop = asyncio.get_running_loop()
            loop.add_reader(file, self._readable)
            try:
                await self._ended.wait()
            finally:
                loop.remove_reader(file)  # a process that ends answers nothing more
        else:
            while chunk := await asyncio.to_thread(os.read, file, CHUNK):
                asyncio.get_running_loop().call_soon(self._take, chunk)

    def _readable(self) -> None:
        """Take what is there, and look for more before the loop does: its own turn costs as much.

        Only while no request waits, and not for long, for there may be other work to do.
        """
        for _ in range(TURNS):
            chunk = os.read(sys.stdin.fileno(), CHUNK)
            if not chunk:
                self._ended.set()
                return
            self._take(chunk)
            if self._waiting or not self._more.poll(PATIENCE_MS):
                return

    def _take(self, chunk: bytes) -> None:
        """Answer the lines that are complete, with one write for all that need not wait."""
        try:
            complete = self._lines.feed(chunk)
        except FrameTooLongError:
            self._overlong = True
            self._lines = LineReader(self._limit)
            return
        if self._overlong and complete:
            self._overlong = False
            complete[0] = b""  # refused like anything that is no JSON
        self._gathering = True
        if len(complete) >= MANY and not self._server.keeps("stdio-concurrent-requests"):
            complete = complete[:1]
        for line in complete:
            task = eager.run(self._answer(line))
            if task is not None:
                self._waiting.add(task)
                task.add_done_callback(self._waiting.discard)
        self._gathering = False
        self._write()

    async def _answer(self, line: bytes) -> None:
        self._recorded.heard(line)
        reply = await answered(self._conversation, parse(line), self._send)
        for value in reply.messages:
            self._send(value)

    def _send(self, value: Json) -> None:
        data = self._server.faults.written(encode(value) + b"\n")
        self._recorded.said(data)
        self._unwritten.append(data)
        if not self._gathering:
            self._write()

    def _write(self) -> None:
        data = memoryview(b"".join(self._unwritten))
        self._unwritten.clear()
        try:
            while data:
                data = data[os.write(sys.stdout.fileno(), data) :]
        except BrokenPipeError:  # nobody reads any more; the end of the input comes soon
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
