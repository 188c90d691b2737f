"""Brings a provider into the state that an interaction needs."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from tempfile import TemporaryFile
from typing import Final, Self, TypeAlias

from mcp_proof.errors import PeerError
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode

SetUp: TypeAlias = Callable[[str, JsonObject], Awaitable[None]]
"""Brings about a state, by its name and parameters; raises `PeerError` where it cannot."""
TOLD: Final = 300
"""Characters of what a hook says that are repeated."""
KEPT: Final = 4096
"""Bytes of it that are kept at all."""


def state_command(command: str, seconds: float) -> SetUp:
    """Return what runs a command of the shell for each state.

    It reads `{"state": …, "parameters": …}` on its standard input, and says by its exit code
    whether the server is in that state now.
    """

    async def set_up(state: str, parameters: JsonObject) -> None:
        why = await _ran(command, encode({"state": state, "parameters": parameters}), seconds)
        if why:
            raise PeerError(f"the state {excerpt(state)!r} could not be set up: {why}")

    return set_up


def called_for_states(hook: Callable[[str, JsonObject], object], seconds: float) -> SetUp:
    """Return what calls a function for each state, in a thread; true says that it is there."""

    async def set_up(state: str, parameters: JsonObject) -> None:
        why = "nothing knows it"
        try:
            if await asyncio.wait_for(asyncio.to_thread(hook, state, parameters), seconds) is True:
                return
        except TimeoutError:
            why = f"the hook did not end within {seconds:g} s"
        except Exception as error:  # noqa: BLE001  # of the user's
            why = f"the hook failed: {type(error).__name__}: {excerpt(str(error), TOLD)}"
        raise PeerError(f"the state {excerpt(state)!r} could not be set up: {why}")

    return set_up


async def _ran(command: str, said: bytes, seconds: float) -> str:
    """Run a command to its end; return why it failed, if it did.

    Its end is that of the shell, and not of all that has its output: a server that it started in
    the background goes on, unless it failed.
    """
    with TemporaryFile() as told, _Output() as output:
        told.write(said)
        told.seek(0)
        process = await asyncio.create_subprocess_shell(
            command,
            stdin=told,
            stdout=output.to_write,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError:
            return f"the hook did not end within {seconds:g} s"
        finally:
            if process.returncode != 0:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # what it left behind, too
                await process.wait()
        if process.returncode == 0:
            return ""
        shown = excerpt(output.text(), TOLD)
    return f"the hook ended with {process.returncode}" + (f": {shown}" if shown else "")


class _Output:
    """A pipe that is read as long as it is open; no more than its beginning is kept."""

    def __init__(self) -> None:
        self._to_read, self.to_write = os.pipe()
        os.set_blocking(self._to_read, False)
        self._kept = b""

    def __enter__(self) -> Self:
        asyncio.get_running_loop().add_reader(self._to_read, self._read)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._to_read)
        os.close(self._to_read)
        os.close(self.to_write)

    def text(self) -> str:
        """Return what was written first."""
        while len(self._kept) < KEPT and self._read():
            pass
        return self._kept.decode(errors="replace").strip()

    def _read(self) -> bool:
        try:
            some = os.read(self._to_read, 1 << 16)
        except BlockingIOError:
            return False
        self._kept = (self._kept + some)[:KEPT]
        return bool(some)
