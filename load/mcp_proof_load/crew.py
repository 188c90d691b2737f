"""The load processes of a run, as this process sees them: it starts, hears and ends them."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from mcp_proof_load.orders import Orders

LONGEST_LINE: Final = 1 << 28
"""Bytes of one line of a load process, at most."""
LAST_LINES: Final = 20
"""Lines of what a load process writes besides that are kept, to be told when it fails."""
GRACE: Final = 5.0
"""Seconds in which a load process that is told to end, has ended."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something that a load process tells."""

    pid: int
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gone:
    """A load process has ended."""

    pid: int
    role: str
    code: int
    said: str
    """The last of what it wrote besides."""


class Crew:
    """The load processes on this machine."""

    def __init__(self) -> None:
        self._processes: list[Process] = []
        self._heard: asyncio.Queue[Line | Gone] = asyncio.Queue()
        self._listening: list[asyncio.Task[None]] = []

    @property
    def pids(self) -> list[int]:
        """The processes that were started."""
        return [process.pid for process in self._processes]

    async def start(self, orders: Orders) -> int:
        """Start one; return its pid."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "mcp_proof_load.engine"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=LONGEST_LINE,
            start_new_session=True,  # a Ctrl-C of the terminal is for us alone
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        self._processes.append(process)
        assert process.stdin is not None
        process.stdin.write(orders.to_json() + b"\n")
        self._listening.append(asyncio.create_task(self._listen(process, orders.role)))
        return process.pid

    async def start_workers(self, orders: Orders, number: int) -> None:
        """Start workers of a master on this machine."""
        for _ in range(number):
            await self.start(replace(orders, role="worker", plan=None, web_port=None))

    async def heard(self) -> Line | Gone:
        """Return the next thing that a process tells, or that one has ended."""
        return await self._heard.get()

    def stop(self) -> None:
        """Tell all to end, in order."""
        for process in self._processes:
            if process.stdin is not None and not process.stdin.is_closing():
                process.stdin.close()

    async def close(self) -> None:
        """End all; whoever does not, is ended."""
        self.stop()
        for process in self._processes:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), GRACE)
            if process.returncode is None:
                process.kill()
                await process.wait()
        await asyncio.gather(*self._listening)

    async def _listen(self, process: Process, role: str) -> None:
        said: deque[bytes] = deque(maxlen=LAST_LINES)
        assert process.stdout is not None
        beside = asyncio.create_task(self._hear_beside(process, said))
        while line := await process.stdout.readline():
            try:
                self._heard.put_nowait(Line(process.pid, orjson.loads(line)))
            except orjson.JSONDecodeError:  # some library prints
                said.append(line)
        await beside
        code = await process.wait()
        text = b"".join(said).decode(errors="replace")
        self._heard.put_nowait(Gone(process.pid, role, code, text))

    async def _hear_beside(self, process: Process, said: deque[bytes]) -> None:
        assert process.stderr is not None
        while line := await process.stderr.readline():
            said.append(line)


def killed(code: int) -> str:
    """Say that a load process was ended from outside."""
    return (
        f"a load process was ended by signal {-code}: by somebody, or by the system for want of "
        "memory"
    )
