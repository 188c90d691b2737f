"""The mock behind the processes that a client over stdio starts as its server."""

import asyncio
import secrets
import struct
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeAlias

from mcp_proof.judge.notes import Notes
from mcp_proof_contracts.framing import FrameTooLongError, LineReader
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.conversation import Conversation
from mcp_proof_mocks.internal_error import answered
from mcp_proof_mocks.journal.texts import RecordedTexts
from mcp_proof_mocks.server import MockServer

SCRIPT: Final = Path(__file__).with_name("stand_in.py")
HEAD: Final = 5
"""Bytes before the data of a frame: a letter and a length."""
FAREWELL: Final = 0.1
"""Seconds that processes get to be gone when the client is."""
SIGN: Final = 1.0
"""Seconds that those that are left get to say that they are there."""
EVERY: Final = 0.02
"""Seconds between two looks whether a process is there that should be gone."""
LONGEST: Final = 1 << 20


class StandIn:
    """One process that a client has started as its server."""

    def __init__(
        self,
        server: MockServer,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        notes: Notes,
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._notes = notes
        self._lines = LineReader()
        self._tasks: set[asyncio.Task[None]] = set()
        self._recorded = RecordedTexts(server.journal, "stdio")
        self._conversation = Conversation(server)
        self._conversation.session.tell = self.say
        self._input_ended: float | None = None
        self._asked: float | None = None
        """When it was asked whether it is there, until it has said so."""
        self._seen: float | None = None
        """When it surely was there."""
        self._sign = asyncio.Event()
        self._how = ""
        """What made the process exit, once it has."""
        self._awaited: list[tuple[bytes, asyncio.Event]] = []

    # What a scenario may let it do

    def say(self, value: Json) -> None:
        """Write one message."""
        data = self._server.faults.written(encode(value) + b"\n")
        self._recorded.said(data)
        self.frame(b"o", data)

    def complain(self, text: str) -> None:
        """Write to standard error."""
        self._notes.add(EventKind.STDERR, self._recorded.name, Sender.SERVER, {"text": text[:200]})
        self.frame(b"e", text.encode())

    def exit(self, code: int, how: str = "exited") -> None:
        """End the process."""
        if not self._how:
            self._how = how
            self.frame(b"x", str(code).encode())

    async def heard(self, text: str) -> None:
        """Wait for a line of the client with this text in it."""
        event = asyncio.Event()
        self._awaited.append((text.encode(), event))
        await event.wait()

    async def is_there(self) -> None:
        """Ask the process whether it is there, and wait until it has said so, or is gone."""
        self._sign.clear()
        if self._asked is None:
            self._asked = time.monotonic()
            self.frame(b"p")
        await self._sign.wait()

    def frame(self, letter: bytes, data: bytes = b"") -> None:
        """Tell the process something, as `stand_in.py` has it."""
        if not self._writer.is_closing():
            self._writer.write(letter + struct.pack(">I", len(data)) + data)

    # What the client does to it

    async def serve(self) -> None:
        """Answer until the process is gone."""
        try:
            while True:
                head = await self._reader.readexactly(HEAD)
                (length,) = struct.unpack(">I", head[1:])
                if length > LONGEST:
                    break
                self._take(head[:1], await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, OSError):
            pass  # the process is gone: that is how it ends
        finally:
            self._gone()

    def _take(self, letter: bytes, data: bytes) -> None:
        if letter == b"i":
            self._read(data)
        elif letter == b"z":
            self._input_ended = time.monotonic()
            self._recorded.ended()
            self._conversation.hang_up()
            if self._server.keeps("stdio-server-exits-on-eof"):
                self.exit(0, "eof")
            else:
                self._beside(self._watch())
        elif letter == b"p":
            self._seen, self._asked = self._asked, None
            self._sign.set()
        elif letter == b"t":
            self._notes.add(
                EventKind.END,
                self._recorded.name,
                Sender.CLIENT,
                {"how": "closed", "detail": "SIGTERM", "input_open": data == b"open"},
            )
            if self._server.keeps("stdio-server-exits-on-sigterm"):
                self.exit(143, "sigterm")

    def _read(self, data: bytes) -> None:
        try:
            lines = self._lines.feed(data)
        except FrameTooLongError:
            self._lines = LineReader()
            return
        for line in lines:
            self._beside(self._answer(line))

    def _beside(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self) -> None:
        """Look again and again whether the process is there, though it should be gone."""
        while not self._how:
            await self.is_there()
            await asyncio.sleep(EVERY)

    async def _answer(self, line: bytes) -> None:
        self._recorded.heard(line)
        for text, event in self._awaited:
            if text in line:
                event.set()
        reply = await answered(self._conversation, parse(line), self.say)
        for value in reply.messages:
            self.say(value)

    def _gone(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._sign.set()
        self._conversation.hang_up()
        if self._lines.rest:
            self._recorded.heard(self._lines.rest)
        now = time.monotonic()
        data: dict[str, Json] = {
            "how": self._how or "sigkill",
            "input_ended": self._input_ended is not None,
            "seconds": round(now - (self._input_ended or now), 3),
        }
        data |= {} if self._seen is None else {"unseen": round(now - self._seen, 6)}
        self._notes.add(EventKind.CLOSE, self._recorded.name, Sender.SERVER, data)
        self._writer.close()


Process: TypeAlias = Callable[[StandIn], Awaitable[None]]
"""What a process does by itself, from its start on."""


@asynccontextmanager
async def standing_in(
    server: MockServer, notes: Notes, processes: Sequence[Process] = ()
) -> AsyncGenerator[Sequence[str]]:
    """Answer those processes while the block runs; gives the command that starts one."""
    token = secrets.token_hex(16)
    tasks: set[asyncio.Task[None]] = set()
    there: set[StandIn] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        own: list[asyncio.Task[None]] = []
        try:
            if await _greeted(reader, token):
                process = StandIn(server, reader, writer, notes)
                own = [asyncio.ensure_future(_done(play, process)) for play in processes]
                there.add(process)
                await process.serve()
                there.discard(process)
        finally:
            for each in own:
                each.cancel()
            await asyncio.gather(*own, return_exceptions=True)
            writer.close()
            tasks.discard(task)

    listener = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    try:
        yield [sys.executable, "-S", "-E", str(SCRIPT), str(port), token]
    finally:
        listener.close()
        if tasks:  # what the client has just ended is on its way out
            await asyncio.wait(tasks, timeout=FAREWELL)
        signs = [asyncio.create_task(_asked(process)) for process in there]
        if signs:
            await asyncio.wait(signs, timeout=SIGN)
        for sign in signs:
            sign.cancel()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _asked(process: StandIn) -> None:
    """Ask a process whether it is there now: a first answer may be to an earlier question."""
    await process.is_there()
    await process.is_there()


async def _done(play: Process, process: StandIn) -> None:
    await play(process)


async def _greeted(reader: asyncio.StreamReader, token: str) -> bool:
    """Whether it is one of ours that has connected."""
    wanted = b"h" + struct.pack(">I", len(token)) + token.encode()
    try:
        return await reader.readexactly(len(wanted)) == wanted
    except asyncio.IncompleteReadError:
        return False
