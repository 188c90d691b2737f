"""`--report FORMAT=FILE`: which files are written, and the transcript that grows meanwhile."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from mcp_proof.errors import UsageError
from mcp_proof.reports import FORMATS
from mcp_proof.reports.github import tell_github
from mcp_proof.reports.last_look import Masked, without_secrets
from mcp_proof.tally import Tally
from mcp_proof_contracts.suggestion import did_you_mean

FOLDERS: Final = ("schemathesis",)
"""The formats that are a folder of files."""
Run = TypeVar("Run", bound=Masked)


@dataclass(slots=True)
class TranscriptFile:
    """Where the transcript goes."""

    path: Path
    keep: bool
    """Whether it outlives the run."""

    @property
    def has_events(self) -> bool:
        """Whether anything happened before the run came to its end."""
        return self.path.read_bytes().count(b"\n") > 1


def report_files(
    items: Sequence[str], place: str = "--report", known: Collection[str] | None = None
) -> dict[str, Path]:
    """Return the file of each report that was asked for.

    Args:
        items: the texts FORMAT=FILE.
        place: where they were given, to be told in errors.
        known: the formats that the command has; those of `verify` if it is not said.

    Raises:
        UsageError: a format is unknown, or a file cannot be written.
    """
    files: dict[str, Path] = {}
    known = known or (*FORMATS, "transcript")
    for item in items:
        name, equals, text = item.partition("=")
        path, where = Path(text), f"{place}: {item!r}"
        if not equals or not text or name not in known:
            hint = did_you_mean(name, known) if name not in known else ""
            raise UsageError(f"{where}: expected FORMAT=FILE with {', '.join(known)}.{hint}")
        if name in files or path in files.values():
            raise UsageError(f"{where}: one file per format, and one format per file")
        if not path.parent.is_dir():
            raise UsageError(f"{where}: the folder {path.parent} does not exist")
        if text == "-":
            raise UsageError(f"{where}: name a file; the output is the console report")
        if path.is_dir() and name not in FOLDERS:
            raise UsageError(f"{where}: {path} is a folder; name a file")
        files[name] = path
    return files


def write_reports(files: Mapping[str, Path], runs: Sequence[Tally]) -> None:
    """Write what was asked for about all runs, and tell GitHub in one of its jobs.

    Raises:
        UsageError: a file cannot be written.
    """
    with contextlib.ExitStack() as both:
        both.callback(tell_github, runs)
        both.callback(write_files, files, FORMATS, runs)


def write_files(
    files: Mapping[str, Path],
    formats: Mapping[str, Callable[[Sequence[Run]], bytes]],
    runs: Sequence[Run],
) -> None:
    """Write reports.

    Raises:
        UsageError: a file cannot be written.
    """
    # None is lost because another one fails.
    with contextlib.ExitStack() as all_of_them:
        for name, path in files.items():
            all_of_them.callback(_write, path, formats[name], runs)


def _write(path: Path, report: Callable[[Sequence[Run]], bytes], runs: Sequence[Run]) -> None:
    try:
        path.write_bytes(without_secrets(report(runs), runs))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


@contextlib.contextmanager
def transcript_file(wanted: Path | None) -> Generator[TranscriptFile]:
    """Where the transcript goes: the file asked for, or a temporary one kept only when needed.

    It is kept, and its place told, when the run did not end by itself: then it is all there is.
    """
    if wanted is not None:
        yield TranscriptFile(wanted, keep=True)
        return
    descriptor, name = tempfile.mkstemp(prefix="mcp-proof-", suffix=".ndjson")
    os.close(descriptor)
    file = TranscriptFile(Path(name), keep=False)
    try:
        yield file
    finally:
        if file.keep:
            sys.stderr.write(f"transcript: {file.path}\n")
        else:
            file.path.unlink()
