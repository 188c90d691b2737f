"""What a process of this machine and its children have, as Linux tells it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Sums over a process and all below it."""

    handles: int
    threads: int
    processes: int
    """Those too that have ended and were never waited for."""


def usage(pid: int) -> Usage | None:
    """Return what a process has; `None` where it is gone, or nothing tells."""
    handles = threads = processes = 0
    for each in _family(pid):
        processes += 1
        try:
            threads += len(list((each / "task").iterdir()))
            handles += len(list((each / "fd").iterdir()))
        except OSError:
            continue  # it has just ended, or belongs to another user
    if not threads:
        return None
    return Usage(handles=handles, threads=threads, processes=processes)


def _family(pid: int) -> Iterator[Path]:
    pending = [str(pid)]
    while pending:
        process = PROC / pending.pop()
        if not process.exists():
            continue
        yield process
        for listed in process.glob("task/*/children"):
            try:
                pending += listed.read_text().split()
            except OSError:
                continue  # the thread has just ended
