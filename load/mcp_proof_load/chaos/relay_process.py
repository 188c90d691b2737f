"""The relay's process, as the one who starts it sees it."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import orjson

from mcp_proof.errors import InternalError, UsageError
from mcp_proof.recorder import shown_url
from mcp_proof_load.chaos.relay import ACTED

PORTS: Final = MappingProxyType({"http": 80, "ws": 80, "redis": 6379})
"""Of the schemes whose bytes a relay can disturb where it matters."""
PATIENCE: Final = 20.0
"""Seconds in which the process begins, and in which it ends."""


class Relay:
    """A relay that stands in front of the server."""

    def __init__(self, process: Process, url: str) -> None:
        self._process = process
        self.url = url
        """What to load in the place of the server's URL."""

    async def switch(self, number: int, *, on: bool) -> bool:
        """Switch a fault; returns whether it has acted by now.

        Raises:
            InternalError: the relay has ended.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{'on' if on else 'off'} {number}\n".encode())
        return (await _line(self._process)).endswith(f" {ACTED}")


@asynccontextmanager
async def relay_before(url: str, faults: Sequence[str]) -> AsyncGenerator[Relay]:
    """Stand in front of a server while the block runs, with all faults switched off.

    It has a process of its own, so that neither it nor the load takes time from the other.

    Raises:
        UsageError: a relay cannot stand in front of this URL.
        InternalError: the relay does not start.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise UsageError(
            f"--chaos cannot stand in front of {shown_url(url)}: it disturbs the bytes of "
            f"{', '.join(PORTS)} URLs, and those over TLS are encrypted. Give the URL behind it"
        )
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    told = {"address": f"{host}:{parts.port or PORTS[parts.scheme]}", "faults": list(faults)}
    command = [sys.executable, "-m", "mcp_proof_load.chaos.relay", orjson.dumps(told).decode()]
    process = await asyncio.create_subprocess_exec(
        # Ctrl-C is not for it: it ends when we close its input, after what is under way.
        *command,
        stdin=PIPE,
        stdout=PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            bound = await _line(process)
        credentials, at, _ = parts.netloc.rpartition("@")
        yield Relay(process, parts._replace(netloc=f"{credentials}{at}{bound}").geturl())
    except TimeoutError as error:
        raise InternalError(f"the relay of --chaos does not begin in {PATIENCE:g} s") from error
    finally:
        await _end(process)


async def _line(process: Process) -> str:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        code = await process.wait()
        raise InternalError(f"the relay of --chaos has ended by itself, with exit code {code}")
    return line.decode().strip()


async def _end(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(PATIENCE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
