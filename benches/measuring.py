"""How the benchmarks measure: in turn, the CPU time of processes, and their memory."""

import os
import resource
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

TICK: Final = os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")

T = TypeVar("T")


def interleaved(items: Sequence[T], rounds: int) -> Iterator[T]:
    """Every item once per round, so that all see the same machine; every second round backwards."""
    for number in range(rounds):
        yield from reversed(items) if number % 2 else items


def cpu_seconds(pid: int) -> float:
    """User and system time that a running process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def cpu_seconds_of_children() -> float:
    """User and system time of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident_bytes(pid: int) -> int:
    """Memory of a process that is in use."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def children(pid: int) -> list[int]:
    """The processes that the main thread of one has started, in order."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
