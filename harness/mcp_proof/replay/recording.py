"""The file of a cassette that is recorded: nobody sees it before it is complete."""

import asyncio
import fcntl
import os
import shlex
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import orjson

from mcp_proof.errors import McpProofError, UsageError
from mcp_proof.pass_through import Recording, Tell
from mcp_proof_contracts.framing import MAX_FRAME
from mcp_proof_contracts.transcript import from_ndjson


class NotWantedError(McpProofError):
    """Thrown into a recording that nobody wants: nothing is left of it."""


@contextmanager
def recorded_anew(
    file: Path, fault: Callable[[], McpProofError | None], tell: Tell
) -> Generator[Recording]:
    """Give a place beside `file`, which takes its name when the block ends in order.

    What was recorded until something failed, or a kill, stays beside it.

    Args:
        file: the cassette.
        fault: says in the end why the recording may not take its place, where it may not.
        tell: takes that sentence when it is the user who ends it.

    Raises:
        UsageError: nothing can be written there.
    """
    beside = file.with_name(f".{file.name}.{os.getpid()}.part")
    folders = [folder for folder in file.parents if not folder.exists()]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error
    try:
        yield Recording(beside)
    except (asyncio.CancelledError, KeyboardInterrupt):  # it is the user who ends it
        if (wrong := fault()) is None:
            beside.replace(file)
        else:
            tell(_kept_beside(wrong, file, beside))
        raise
    except McpProofError:  # nothing was recorded
        beside.unlink()
        with suppress(OSError):  # somebody else may have put something there
            for folder in folders:
                folder.rmdir()
        raise
    if (wrong := fault()) is not None:
        raise type(wrong)(_kept_beside(wrong, file, beside)) from wrong
    beside.replace(file)


def _kept_beside(wrong: McpProofError, file: Path, beside: Path) -> str:
    still = "is as it was" if file.exists() else "was not written"
    return (
        f"{str(wrong).removesuffix('.')}, so {file} {still}. What was recorded stands in {beside}"
    )


@contextmanager
def appended(file: Path) -> Generator[Recording]:
    """Give the place behind the last whole line of a cassette, to nobody else while the block runs.

    Raises:
        UsageError: it is no cassette, somebody else adds to it, or nothing can be written there.
    """
    with _locked(file) as lines:
        try:
            count, size, whole = _lines_of(lines, file)
            lines.truncate(size)
            if not whole:
                lines.seek(size)
                lines.write(b"\n")
                lines.flush()
            file.chmod(0o600)
        except OSError as error:
            raise UsageError(f"cannot write {file}: {error.strerror}") from error
        yield Recording(file, count)


def check_own(file: Path) -> None:
    """Refuse to add to what is no cassette: nothing could read it any more.

    Raises:
        UsageError: it is none.
    """
    try:
        with file.open("rb") as lines:
            _check_header(lines.readline(MAX_FRAME), file)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error


def _check_header(line: bytes, file: Path) -> None:
    try:
        from_ndjson([line])
    except ValueError as error:
        raise UsageError(
            f"{file}: no cassette of mcp-proof, so nothing can be added to it ({error}). If "
            "another tool recorded it, take it over first: "
            f"mcp-proof record -o NEW.ndjson {shlex.quote(str(file))}"
        ) from error


def _locked(file: Path) -> IO[bytes]:
    """Open a file for nobody else."""
    try:
        lines = file.open("rb+")
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error
    try:
        fcntl.flock(lines, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lines.close()
        raise UsageError(
            f"{file}: another process adds to this cassette. Wait until it has ended, or record "
            "into another file"
        ) from error
    return lines


def _lines_of(lines: IO[bytes], file: Path) -> tuple[int, int, bool]:
    """Return how many whole lines there are, of how many bytes, and whether the last one ends."""
    count = size = 0
    for line in lines:
        if not count:
            _check_header(line, file)
        if not line.endswith(b"\n"):
            if not _is_json(line):
                break
            return count + 1, size + len(line), False
        count, size = count + 1, size + len(line)
    return count, size, True


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True
