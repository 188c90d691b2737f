"""A server that is a child process: one JSON text per line on stdin and stdout."""

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from subprocess import PIPE, TimeoutExpired
from typing import Any, Final

from gevent import Greenlet, killall, spawn

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.framing import FrameTooLongError, LineReader
from mcp_proof_load.clients.channels.outgoing import Outgoing
from mcp_proof_load.clients.channels.shared_channel import Replying, SharedChannel
from mcp_proof_load.clients.client import BrokenError, Sent, unsaid
from mcp_proof_load.clients.processes.running import dies_with_us, forget, remember

CLOSE_GRACE: Final = 1.0
"""Seconds a process gets to exit after the end of its input."""
EXIT_GRACE: Final = 2.0
"""Seconds it gets after SIGTERM."""
CRASH_GRACE: Final = 0.5
"""Seconds between the end of its output and the exit of a process that ends by itself."""
CHUNK: Final = 1 << 16
KEPT: Final = 2000
"""Bytes of stderr that are kept: the last ones, to tell why it ended."""


nb_read: Callable[[int, int], bytes] = import_module("gevent.os").nb_read
nb_write: Callable[[int, memoryview], int] = import_module("gevent.os").nb_write
_Popen: Callable[..., Any] = import_module("gevent.subprocess").Popen


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is started."""

    words: Sequence[str]
    cwd: str | None
    env: Mapping[str, str]
    """Variables beside those of our own environment."""


class ServerProcess:
    """One run of a command, on which many calls are under way."""

    def __init__(self, command: Command, reply: Replying, lost: Callable[[str], None]) -> None:
        """Start the command in a process group of its own.

        Args:
            command: what is started.
            reply: answers requests of the server.
            lost: told why the process is of no use any more, where nobody had closed it.

        Raises:
            BrokenError: it cannot be started.
        """
        self._process = _started(command)
        self._input, self._output, self._errors = (
            each.fileno()
            for each in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        remember(self._process.pid)
        self._lost = lost
        self._last_words = b""
        self.channel = SharedChannel(self.send, reply)
        self._outgoing = Outgoing(self._write, self._cannot_write)
        self._reading: list[Greenlet[..., object]] = [
            spawn(self._read_output),
            spawn(self._read_errors),
        ]

    @property
    def alive(self) -> bool:
        """Whether calls can still be made."""
        return self.channel.alive

    def send(self, raw: bytes, sent: Sent = unsaid) -> None:
        """Send one message."""
        self._outgoing.send(raw + b"\n", sent)

    def close(self) -> None:
        """Close its input and wait; then SIGTERM, then SIGKILL, which nothing of it survives."""
        self.channel.end("the server's process is closed")
        self._outgoing.stop()
        self._process.stdin.close()
        try:
            if not self._exits(CLOSE_GRACE):
                self._signal(signal.SIGTERM)
                self._exits(EXIT_GRACE)
        finally:
            self._leave_nothing()
            self._process.wait()
            killall(self._reading)
            self._process.stdout.close()
            self._process.stderr.close()

    def _exits(self, seconds: float) -> bool:
        with suppress(TimeoutExpired):
            self._process.wait(timeout=seconds)
        return self._process.returncode is not None

    def _leave_nothing(self) -> None:
        """Kill what there still is of its group."""
        self._signal(signal.SIGKILL)
        forget(self._process.pid)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _end(self, why: str) -> None:
        if self.channel.alive:
            self.channel.end(why)
            self._lost(why)

    def _cannot_write(self, why: str) -> None:
        """End where it takes nothing: if it has ended, the end of its output says more."""
        if not self._exits(CRASH_GRACE):
            self._end(why)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[nb_write(self._input, rest) :]

    def _read_output(self) -> None:
        lines = LineReader()
        try:
            while chunk := nb_read(self._output, CHUNK):
                for line in lines.feed(chunk):
                    self.channel.take(line)
        except FrameTooLongError as error:
            self._end(f"the server's process says {error}")
            return
        exits = self._exits(CRASH_GRACE)
        self._end(self._how_it_ended(exits=exits, unfinished=bool(lines.rest)))
        self._leave_nothing()

    def _how_it_ended(self, *, exits: bool, unfinished: bool) -> str:
        code = self._process.returncode
        how = "the server's process " + ("ended" if exits else "closed its output")
        if exits:
            how += f" by signal {-code}" if code < 0 else f" with exit code {code}"
        if unfinished:
            how += ", in the middle of a line"
        words = self._last_words.decode(errors="replace").strip().splitlines()
        return f"{how}; its last words: {excerpt(words[-1])}" if words else how

    def _read_errors(self) -> None:
        """Keep what it says last; whatever it says, it never has to wait for us."""
        while chunk := nb_read(self._errors, CHUNK):
            self._last_words = (self._last_words + chunk)[-KEPT:]


def _started(command: Command) -> Any:  # noqa: ANN401  # gevent's class, whose pipes may be None
    try:
        return _Popen(
            list(command.words),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            bufsize=0,
            cwd=command.cwd,
            env={**os.environ, **command.env},
            start_new_session=True,
            preexec_fn=dies_with_us,
        )
    except (OSError, ValueError) as error:
        raise BrokenError(f"cannot start {excerpt(repr(command.words[0]))}: {error}") from error
