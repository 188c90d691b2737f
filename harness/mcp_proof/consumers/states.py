"""Brings a provider into the state that an interaction needs."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from mcp_proof.errors import PeerError
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode

SetUp: TypeAlias = Callable[[str, JsonObject], Awaitable[None]]
"""Brings about a state, by its name and parameters; raises `PeerError` where it cannot."""
TOLD: Final = 300
"""Characters of what a hook says that are repeated."""


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
    """Run a command to its end; return why it failed, if it did."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_shell(
        command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT, start_new_session=True
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(said), seconds)
    except TimeoutError:
        return f"the hook did not end within {seconds:g} s"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it left behind, too
        await process.wait()
    if process.returncode == 0:
        return ""
    told = excerpt(output.decode(errors="replace").strip(), TOLD)
    return f"the hook ended with {process.returncode}" + (f": {told}" if told else "")
