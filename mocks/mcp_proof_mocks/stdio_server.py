"""The mock over stdio: a thin shell around one conversation."""

import asyncio
import contextlib
import os
import signal
import stat
import sys
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from mcp_proof_contracts.framing import MAX_FRAME, LineReader
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.conversation import Conversation
from mcp_proof_mocks.server import MockServer

CHUNK: Final = 1 << 16
Read: TypeAlias = Callable[[int], Awaitable[bytes]]


async def serve_stdio(server: MockServer) -> None:
    """Serve standard input and output until input ends or SIGTERM comes."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    if server.keeps("stdio-server-exits-on-sigterm"):
        loop.add_signal_handler(signal.SIGTERM, stop.set)
    else:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    serving = asyncio.create_task(_serve(server, await _input()))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (serving, stopping):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _input() -> Read:
    """Standard input: a pipe as it comes, a file in a thread, for no loop can wait for one."""
    mode = os.fstat(sys.stdin.fileno()).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or sys.stdin.isatty()):
        return lambda size: asyncio.to_thread(os.read, sys.stdin.fileno(), size)
    reader = asyncio.StreamReader(limit=CHUNK)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
    )
    return reader.read


async def _serve(server: MockServer, read: Read) -> None:
    conversation = Conversation(server)
    # A limit like that of many a line reader, asyncio's own among them.
    limit = MAX_FRAME if server.keeps("stdio-large-and-split-messages") else CHUNK
    lines = LineReader(limit)
    tasks: set[asyncio.Task[None]] = set()

    def send(value: Json) -> None:
        try:
            sys.stdout.buffer.write(server.written(encode(value) + b"\n"))
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # nobody reads any more; the end of the input comes soon
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    conversation.session.tell = send

    async def answer(line: bytes) -> None:
        reply = await conversation.handle(parse(line), send)
        for value in reply.messages:
            send(value)

    while chunk := await read(CHUNK):
        complete = lines.feed(chunk)
        for line in complete if server.keeps("stdio-concurrent-requests") else complete[:1]:
            task = asyncio.create_task(answer(line))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
    conversation.hang_up()
    server.faults.hang_up()
    if tasks:
        await asyncio.wait(tasks)
    if not server.keeps("stdio-server-exits-on-eof"):
        await asyncio.Event().wait()
