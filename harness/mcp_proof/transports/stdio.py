"""A server as a child process: one JSON text per line on stdin and stdout."""

import asyncio
import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.recorder import Recorder
from mcp_proof.transports.connection import (
    FAILED_READING,
    OWN_FAULT,
    Headers,
    Receiver,
    Sending,
    ignore,
)
from mcp_proof_contracts.framing import FrameTooLongError, LineReader
from mcp_proof_contracts.secrets.given import shown_command
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import Kind, parse

CHANNEL: Final = "stdio"
NO_VARIABLES: Final[Mapping[str, str]] = MappingProxyType({})
EXIT_GRACE: Final = 5.0
"""Seconds a process gets to exit after SIGTERM, and after EOF where that is what we judge."""
CLOSE_GRACE: Final = 1.0
"""Seconds a process gets to exit after EOF when nobody judges it."""
STDOUT_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of stdout after which a session is cut: no test needs more, a flood never ends."""
KEPT_STDERR_LINES: Final = 200
KEPT_STDERR_TAIL: Final = 10
"""Lines of stderr kept per session: the first ones and the last ones."""
KEPT_NOISE_LINES: Final = 200
"""Lines of stdout that are no message, kept per session; the rest is counted."""
UNASKED_LINES: Final = 10_000
LINES_PER_REQUEST: Final = 100
"""How many lines a session may say before it is cut as a flood."""
CRASH_GRACE: Final = 0.5
"""Seconds between the end of stdout and the exit of a process that ends by itself."""
SPLIT_PAUSE: Final = 0.005
"""Seconds between the pieces of a split message, so that the pipe does not join them again."""


class StdioConnection:
    """One run of the command."""

    def __init__(
        self,
        command: Sequence[str],
        name: str,
        recorder: Recorder,
        *,
        env: Mapping[str, str] = NO_VARIABLES,
        cwd: str | None = None,
    ) -> None:
        self.name = name
        self._env = env
        self._cwd = cwd
        self.receiver: Receiver = ignore
        self._command = list(command)
        self._recorder = recorder
        self._process: asyncio.subprocess.Process | None = None
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = False
        self._sent = self._received = self._noise = 0
        self._stderr_lines = 0
        self._stderr_tail: deque[str] = deque(maxlen=KEPT_STDERR_TAIL)

    @property
    def alive(self) -> bool:
        """Whether the process runs and its stdout is open."""
        running = self._process is not None and not self._ended.done()
        return running and not self._closing

    @property
    def pid(self) -> int:
        """The process id; 0 before the start."""
        return self._process.pid if self._process is not None else 0

    async def open(self) -> None:
        """Start the command in its own process group.

        Raises:
            PeerError: the command does not exist or cannot be executed.
            UsageError: no process can be given what the user gave.
        """
        pipe = asyncio.subprocess.PIPE
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                start_new_session=True,
                env={**os.environ, **self._env},
                cwd=self._cwd,
            )
        except OSError as error:
            self._check_folder()
            raise PeerError(
                f"cannot start {self._program}: {error.strerror or error}. "
                "Check the command: it is looked up on PATH and runs without a shell."
            ) from error
        except ValueError as error:  # a NUL, half a character, a variable's name with "="
            raise UsageError(f"cannot start {self._program}: {error}") from error
        self._record(EventKind.OPEN, Sender.CLIENT, {"target": shown_command(self._command)})
        self._tasks = [
            asyncio.create_task(self._read_stdout()),
            asyncio.create_task(self._read_stderr()),
        ]

    @property
    def _program(self) -> str:
        """The program as an error names it: what stands there may be an assignment by mistake."""
        return self._recorder.mask(repr(self._command[0]))

    def _check_folder(self) -> None:
        if self._cwd is not None and not os.path.isdir(self._cwd):  # noqa: PTH112  # pathlib raises where a folder may not be searched
            raise PeerError(f"cannot start {self._program}: there is no folder {self._cwd}")

    async def send(
        self, raw: bytes, _headers: Headers | None = None, /, *, probe: str = ""
    ) -> Sending:
        """Write one line. A closed pipe is not raised: `ended` tells it."""
        return await self.send_in_pieces([raw], [raw + b"\n"], probe=probe)

    async def send_in_pieces(
        self, messages: Iterable[bytes], pieces: Sequence[bytes], *, probe: str = ""
    ) -> Sending:
        """Write messages cut in any way: `pieces` joined are the messages, each with its LF."""
        for raw in messages:
            self._sent += 1
            self._recorder.record(
                EventKind.MESSAGE,
                session=self.name,
                channel=CHANNEL,
                sender=Sender.CLIENT,
                probe=probe,
                message=parse(raw),
            )
        for number, piece in enumerate(pieces):
            if number:
                await asyncio.sleep(SPLIT_PAUSE)
            await self.write(piece)
        sending = Sending(CHANNEL, self._ended, shared=True)
        sending.answered.set()
        return sending

    async def write(self, data: bytes) -> None:
        """Write bytes as they are; a closed pipe ends the session instead of raising."""
        if self._process is None or self._process.stdin is None or not self.alive:
            return
        try:
            self._process.stdin.write(data)
            await asyncio.wait_for(self._process.stdin.drain(), EXIT_GRACE)
        except (ConnectionError, TimeoutError) as error:
            self._end("broken", f"stdin: {type(error).__name__}")

    async def close(self) -> None:
        """Close stdin and wait; then SIGTERM, then SIGKILL (lifecycle, Shutdown)."""
        await self.shut_down("eof", CLOSE_GRACE)

    async def shut_down(self, first: str, grace: float = EXIT_GRACE, *, probe: str = "") -> None:
        """End the process, starting with "eof" or "sigterm"; record what made it exit.

        Args:
            first: the first step.
            grace: seconds the process gets after the first step.
            probe: the probe that judges how it exits.
        """
        process = self._process
        if process is None:
            return
        if self._ended.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), CRASH_GRACE)
        started = time.monotonic()
        self._closing = True
        try:
            how = "crashed" if process.returncode is not None else await self._end_by(first, grace)
        finally:  # even when nobody waits any longer, nothing of its group is left behind
            self._signal(signal.SIGKILL)
        seconds = round(time.monotonic() - started, 3)
        await self._drain()
        self._record(
            EventKind.CLOSE,
            Sender.SERVER,
            {
                "exit_code": process.returncode,
                "how": how,
                "seconds": seconds,
                "noise_lines": self._noise,
            },
            probe,
        )
        self._process = None

    async def _end_by(self, first: str, grace: float) -> str:
        """Take ever stronger steps, from `first` on; return the one that ended the process."""
        assert self._process is not None
        steps: dict[str, Callable[[], None]] = {
            "eof": self._close_stdin,
            "sigterm": lambda: self._signal(signal.SIGTERM),
            "sigkill": lambda: self._signal(signal.SIGKILL),
        }
        for step in list(steps)[list(steps).index(first) :]:
            steps[step]()
            with contextlib.suppress(TimeoutError):
                patience = grace if step == first else EXIT_GRACE
                await asyncio.wait_for(self._process.wait(), patience)
                return step
        return "never"

    def _close_stdin(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    async def _drain(self) -> None:
        _, pending = await asyncio.wait(self._tasks, timeout=1.0)
        for task in pending:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for text in self._stderr_tail:
            self._record(EventKind.STDERR, Sender.SERVER, {"text": text})
        self._end("closed", "")

    async def _read_stdout(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        lines, size = LineReader(), 0
        try:
            while chunk := await self._process.stdout.read(65536):
                size += len(chunk)
                for line in lines.feed(chunk):
                    self._deliver(line)
                self._check_flood(size)
        except FrameTooLongError as error:
            self._end("too-long", str(error))
            self._signal(signal.SIGKILL)
            while await self._process.stdout.read(65536):
                pass  # what is left in the pipe: asyncio closes it only at its end
            return
        except Exception as error:  # noqa: BLE001  # nobody awaits this task: it would be lost
            self._recorder.blame(error)
            self._end(OWN_FAULT, FAILED_READING)
            return
        if lines.rest:
            self._deliver(lines.rest, finished=False)
        self._end("closed", "stdout reached its end")

    def _check_flood(self, size: int) -> None:
        if self._recorder.endless:
            return
        if size > STDOUT_LIMIT:
            raise FrameTooLongError(f"more than {STDOUT_LIMIT} bytes on stdout")
        if self._received > UNASKED_LINES + LINES_PER_REQUEST * self._sent:
            raise FrameTooLongError(f"{self._received} lines on stdout, {self._sent} messages sent")

    def _deliver(self, line: bytes, *, finished: bool = True) -> None:
        message = parse(line)
        self._received += 1
        if message.kind is Kind.INVALID and line.strip():
            self._noise += 1
            if self._noise > KEPT_NOISE_LINES:
                return
        self._recorder.record(
            EventKind.MESSAGE,
            session=self.name,
            channel=CHANNEL,
            sender=Sender.SERVER,
            message=message,
            data={} if finished else {"unfinished": True},
        )
        self.receiver(message)

    async def _read_stderr(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        lines = LineReader()
        while chunk := await self._process.stderr.read(65536):
            try:
                complete = lines.feed(chunk)
            except FrameTooLongError:
                lines = LineReader()
                continue
            for line in complete:
                self._keep_stderr(line[:2000].decode(errors="replace"))
        if lines.rest:
            self._keep_stderr(lines.rest[:2000].decode(errors="replace"))

    def _keep_stderr(self, text: str) -> None:
        self._stderr_lines += 1
        if self._stderr_lines > KEPT_STDERR_LINES:
            self._stderr_tail.append(text)
        else:
            self._record(EventKind.STDERR, Sender.SERVER, {"text": text})

    def _end(self, how: str, detail: str) -> None:
        if not self._ended.done():
            self._record(EventKind.END, Sender.SERVER, {"how": how, "detail": detail})
            self._ended.set_result(detail or how)

    def _record(
        self,
        kind: EventKind,
        sender: Sender,
        data: Mapping[str, str | int | float | None],
        probe: str = "",
    ) -> None:
        self._recorder.record(
            kind, session=self.name, channel=CHANNEL, sender=sender, probe=probe, data=dict(data)
        )
