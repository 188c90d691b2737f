"""Our own standard input and output, whatever they are."""

import asyncio
import os
import stat
import sys
from typing import IO

from mcp_proof_mocks.stream.connection import CHUNK, Read


async def standard_input() -> Read:
    """Return how to read standard input."""
    if not (_is_pipe(sys.stdin.buffer) or sys.stdin.isatty()):
        return lambda size: asyncio.to_thread(os.read, sys.stdin.fileno(), size)
    reader = asyncio.StreamReader(limit=CHUNK)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
    )
    return reader.read


async def standard_output() -> "asyncio.StreamWriter | File":
    """Return where what goes to standard output is written; its end is the reader's end."""
    # Closing `sys.stdout` would leave the descriptor open.
    output = os.fdopen(sys.stdout.fileno(), "wb", buffering=0)
    if not _is_pipe(output):
        return File(output)
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), output
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)


class File:
    """A file or terminal with the methods of a `StreamWriter`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, data: bytes, /) -> None:
        """Write it."""
        self._file.write(data)

    async def drain(self) -> None:
        """Hand it to the operating system."""
        self._file.flush()

    def write_eof(self) -> None:
        """Close it."""
        self._file.close()

    close = write_eof

    async def wait_closed(self) -> None:
        """Return at once: nothing is ever left to be written."""


def _is_pipe(stream: IO[bytes]) -> bool:
    mode = os.fstat(stream.fileno()).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
