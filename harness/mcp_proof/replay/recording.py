"""The file of a cassette that is recorded: nobody sees it before it is complete."""

import asyncio
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from mcp_proof.errors import McpProofError, UsageError
from mcp_proof.pass_through import Recording


@contextmanager
def recorded_anew(file: Path) -> Generator[Recording]:
    """Give a place beside `file`, which takes its name when the block ends in order.

    What was recorded until something failed, or a kill, stays beside it.

    Raises:
        UsageError: nothing can be written there.
    """
    beside = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error
    try:
        yield Recording(beside)
    except (asyncio.CancelledError, KeyboardInterrupt):  # it is the user who ends it
        beside.replace(file)
        raise
    except McpProofError:  # nothing was recorded
        beside.unlink()
        raise
    beside.replace(file)


def appended(file: Path) -> Recording:
    """Return the place behind the last whole line of a file.

    Raises:
        UsageError: nothing can be written there.
    """
    try:
        with file.open("rb+") as lines:
            count = size = 0
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                count, size = count + 1, size + len(line)
            lines.truncate(size)
        file.chmod(0o600)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error
    return Recording(file, count)
