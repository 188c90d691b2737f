"""A relay in front of a command: its standard input and output pass through the faults."""

import asyncio
import itertools
import os
import signal
import sys
from asyncio.subprocess import Process, SubprocessStreamProtocol
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from mcp_proof_mocks.stream.choice import ChosenFault
from mcp_proof_mocks.stream.connection import CHUNK, Carrier, Connection, CutShort, Received, Sink
from mcp_proof_mocks.stream.messages import LineMessages
from mcp_proof_mocks.stream.standard_streams import standard_input, standard_output
from mcp_proof_mocks.stream.stream_fault import ConnectionReset

GRACE: Final = 5.0
"""Seconds the command gets to end after SIGTERM, and then after SIGKILL."""
LAST_WORDS: Final = 2.0
"""Seconds after SIGTERM for which the command, or what it leaves behind, is still heard."""


class CannotStartError(Exception):
    """The command cannot be started."""


def ignore(_chunk: bytes) -> None:
    """Leave what a command says on standard error to whoever reads ours."""


def with_faults(chosen: Sequence[ChosenFault]) -> Connection:
    """Return what carries the bytes of a command through faults, which act in this order."""
    return Connection(chosen, LineMessages, itertools.count(1))


async def relay_stdio(
    command: Sequence[str],
    connection: Carrier,
    *,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
    hear: Callable[[bytes], object] = ignore,
) -> int:
    """Run a command and stand between it and our own standard input and output.

    It ends when the command does, or when the connection is cut; SIGTERM is handed on, and
    ends it soon, though a child of the command may hold the output open. The command stays in our
    process group, so that what ends the group ends both.

    Args:
        command: the program and its arguments, run without a shell.
        connection: what carries the bytes.
        env: the variables of its environment; ours where there are none.
        cwd: the folder in which it runs.
        hear: told what it says on standard error, before that is passed on.

    Returns:
        The command's exit code, or 128 and the number of the signal that killed it.

    Raises:
        CannotStartError: the command cannot be started.
    """
    process, transport = await _start(command, env, cwd)
    telling = asyncio.create_task(_pass_errors(process, hear))
    loop = asyncio.get_running_loop()
    output = await standard_output()
    conversing = asyncio.create_task(_converse(process, connection, output))
    loop.add_signal_handler(signal.SIGTERM, _leave, process, conversing)
    try:
        await asyncio.wait({conversing})
        if not conversing.cancelled():
            conversing.result()
    finally:
        conversing.cancel()
        output.close()
        await _end(process)
        await asyncio.wait({telling}, timeout=LAST_WORDS)
        telling.cancel()
        transport.close()  # a child of the command may hold its pipes
        await process.wait()
        loop.remove_signal_handler(signal.SIGTERM)
        connection.over()
    with suppress(OSError):  # whoever read it may have gone
        await output.wait_closed()
    code = process.returncode or 0
    return code if code >= 0 else 128 - code


async def _start(
    command: Sequence[str], env: Mapping[str, str] | None, cwd: str | None
) -> tuple[Process, asyncio.SubprocessTransport]:
    """Start a command. `create_subprocess_exec` would keep the transport to itself."""
    loop = asyncio.get_running_loop()
    try:
        transport, protocol = await loop.subprocess_exec(
            lambda: SubprocessStreamProtocol(limit=CHUNK, loop=loop), *command, env=env, cwd=cwd
        )
    except OSError as error:
        reason = error.strerror or error
        raise CannotStartError(f"cannot start {command[0]!r}: {reason}") from error
    return Process(transport, protocol, loop), transport


async def _converse(process: Process, connection: Carrier, output: Sink) -> None:
    """Carry both directions until the command or a fault ends them."""
    try:
        async with asyncio.TaskGroup() as tasks:
            ended = tasks.create_task(_watch(process))
            up = tasks.create_task(_carry_up(process, connection))
            await _carry_down(process, connection, output)
            await ended
            up.cancel()
    except* (CutShort, ConnectionReset):
        pass  # a pipe knows no reset: the end comes as early, that is all


async def _pass_errors(process: Process, hear: Callable[[bytes], object]) -> None:
    """Print what the command prints on standard error: through ours, which hides secrets."""
    assert process.stderr is not None
    decoder = getincrementaldecoder("utf-8")(errors="replace")
    while chunk := await process.stderr.read(CHUNK):
        hear(chunk)
        with suppress(OSError):  # nobody reads ours any more; the command must go on all the same
            sys.stderr.write(decoder.decode(chunk))


async def _watch(process: Process) -> None:
    """Wait for the command's end; from then on SIGTERM means us, who may still hold bytes back."""
    await process.wait()
    asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)


async def _carry_up(process: Process, connection: Carrier) -> None:
    assert process.stdin is not None
    source = Received(await standard_input())
    with suppress(OSError):  # it reads no more: its output and its exit tell why
        await connection.carry("up", source, process.stdin)


async def _carry_down(process: Process, connection: Carrier, output: Sink) -> None:
    assert process.stdout is not None
    try:
        await connection.carry("down", Received(process.stdout.read), output)
    except OSError:
        await _discard(process)  # nobody reads any more; the end of the input comes soon


async def _discard(process: Process) -> None:
    assert process.stdout is not None
    while await process.stdout.read(CHUNK):
        pass


async def _end(process: Process) -> None:
    """End the command if it still runs."""
    discarding = asyncio.create_task(_discard(process))  # what is unread must not hold it up
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal(process, number)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE)
    discarding.cancel()


def _leave(process: Process, conversing: asyncio.Task[None]) -> None:
    _signal(process, signal.SIGTERM)
    asyncio.get_running_loop().call_later(LAST_WORDS, conversing.cancel)


def _signal(process: Process, number: int) -> None:
    """Send a signal past `subprocess`, which looks first and so takes the exit status of the dead.

    Whoever waits for the command would learn no status any more. While nobody did, the number is
    the command's own.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)
