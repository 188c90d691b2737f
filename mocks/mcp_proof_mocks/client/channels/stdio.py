"""The server as a child process."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Final

from mcp_proof_contracts.framing import LineReader
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import parse
from mcp_proof_mocks.client.channels.channel import Receiver
from mcp_proof_mocks.client.failure import LostError

CHUNK: Final = 1 << 16
GRACE: Final = 0.5
"""Seconds that the process gets when its input is closed (lifecycle, Shutdown)."""
LAST: Final = 3.0
"""Seconds that it gets after each signal, however busy the machine is."""
SMALL: Final = 1 << 16
"""Bytes of a line beyond which a faulty client reads no further."""
_LEFT: Final[list[asyncio.subprocess.Process]] = []
"""What a faulty client has left running."""


class StdioChannel:
    """One run of the server's command after the other."""

    def __init__(self, command: Sequence[str], receiver: Receiver) -> None:
        self.ended = False
        self._command = list(command)
        self._receiver = receiver
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._complained = False
        """Whether it has written to standard error."""
        self._given_up = False
        """Whether a faulty client talks to it no more."""

    async def open(self) -> None:
        """Start the process."""
        self.ended = False
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=pipe
        )
        self._tasks = [
            asyncio.create_task(self._read(self._process)),
            asyncio.create_task(self._drain(self._process)),
        ]

    async def send(self, message: Json) -> None:
        """Write one line."""
        await self.write(self._receiver.encoded(message) + b"\n")

    async def write(self, data: bytes) -> None:
        """Write bytes as they are."""
        if self._process is None or self._process.stdin is None or self._given_up:
            raise LostError("the server does not run")
        try:
            self._process.stdin.write(data)
            await self._process.stdin.drain()
        except ConnectionError as error:
            raise LostError("the server has closed its standard input") from error

    async def listen(self) -> None:
        """There is one stream for all."""

    async def forget(self, request_id: Json) -> None:
        """Only a notification can say so, which the era sends."""

    async def close(self) -> None:
        """Close standard input and wait; then SIGTERM, then SIGKILL (lifecycle, Shutdown)."""
        process = self._process
        if process is None:
            return
        if self._receiver.keeps("stdio-client-closes-stdin-first"):
            if process.stdin is not None:
                process.stdin.close()
            await self._ended(process, GRACE)
        if self._receiver.keeps("stdio-client-escalates"):
            for step in (process.terminate, process.kill):
                if process.returncode is None:
                    step()
                    await self._ended(process, LAST)
        else:
            _LEFT.append(process)
        self._process = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ended(self, process: asyncio.subprocess.Process, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), seconds)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        lines = LineReader()
        while chunk := await process.stdout.read(CHUNK):
            for line in lines.feed(chunk):
                if not self._given_up and self._puts_up_with(line):
                    self._receiver.received(parse(line))
        self.ended = True
        self._receiver.lost(None, LostError("the server has ended"))

    def _puts_up_with(self, line: bytes) -> bool:
        """Whether the client goes on after a line: a faulty one may not."""
        keeps = self._receiver.keeps
        alarmed = self._complained and not keeps("stdio-stderr-not-an-error")
        flooded = len(line) > SMALL and not keeps("stdio-large-and-split-messages")
        if alarmed or flooded:
            self._given_up = True
            self._receiver.lost(None, LostError("the client gave its server up"))
        return not self._given_up

    async def _drain(self, process: asyncio.subprocess.Process) -> None:
        """Read standard error, so that the server can write it."""
        assert process.stderr is not None
        while await process.stderr.read(CHUNK):
            self._complained = True
