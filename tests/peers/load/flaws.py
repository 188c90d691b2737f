"""What can be wrong with the flawed server: each by itself, at fixed intervals, not by chance."""

import argparse
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

SLOW_SHARE = 50
"""One call in so many waits ever longer: 2 %, so that it shows in the p99 and not in the median."""
FIRST_WAIT = 0.005
"""Seconds that such a call waits at first."""
LONGEST_WAIT = 5.0


@dataclass(slots=True)
class Every:
    """Something that is owed for each n-th event; 0 for never."""

    n: int
    seen: int = 0
    owed: int = 0
    """How often it is due. It stays due until there is an occasion for it."""

    def count(self) -> None:
        """Note one more event."""
        if self.n:
            self.seen += 1
            if self.seen % self.n == 0:
                self.owed += 1

    def happens(self) -> bool:
        """Whether it is due now; then it no longer is."""
        self.count()
        if self.owed:
            self.owed -= 1
            return True
        return False


class Flaws:
    """All flaws, of which the command line chooses; without any the server is healthy."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self.cross = Every(chosen.cross)
        self.lose = Every(chosen.lose)
        self.duplicate = Every(chosen.duplicate)
        self.bleed = Every(chosen.bleed)
        self.errors = Every(chosen.errors)
        self.latency = chosen.latency / 1000
        self.pause = chosen.pause / 1000
        self._leak_bytes = chosen.leak_bytes
        self._leak_handles = chosen.leak_handles
        self._leak_threads = chosen.leak_threads
        self._doubling = chosen.slow_down
        self._slow = Every(SLOW_SHARE if chosen.slow_down else 0)
        self._began: float | None = None
        self._kept: list[bytes] = []
        self._handles: list[int] = []
        self._forever = threading.Event()
        if chosen.leak_threads:
            threading.stack_size(1 << 16)

    def session_opened(self) -> None:
        """Leak what is leaked for each session."""
        if self._leak_handles:
            self._handles.append(os.open(os.devnull, os.O_RDONLY))
        if self._leak_threads:
            threading.Thread(target=self._forever.wait, daemon=True).start()

    def called(self) -> None:
        """Leak what is leaked for each call."""
        if self._leak_bytes:
            self._kept.append(b"\x01" * self._leak_bytes)

    def wait(self) -> float:
        """Return the seconds that a call waits for its answer."""
        if not self._slow.happens():
            return self.latency
        self._began = self._began or time.monotonic()
        doublings = (time.monotonic() - self._began) / self._doubling
        return self.latency + min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Let the command line choose flaws."""
    for name, default, what in _numbers():
        parser.add_argument(
            f"--{name}", type=float if "." in default else int, default=0, help=what
        )
    parser.add_argument(
        "--leak-handles", action="store_true", help="an open file descriptor for each session"
    )
    parser.add_argument("--leak-threads", action="store_true", help="a thread for each session")


def _numbers() -> Iterator[tuple[str, str, str]]:
    yield "cross", "0", "1 in N answers holds the content of another call that is under way"
    yield "lose", "0", "1 in N calls is never answered"
    yield "duplicate", "0", "1 in N answers is sent twice, in one stream of events"
    yield "bleed", "0", "1 in N answers also holds what another session said"
    yield "errors", "0", "1 in N calls fails with isError"
    yield "leak-bytes", "0", "bytes that are kept of each call"
    yield "slow-down", "0.", "seconds in which the wait of the slowest 2 %% doubles"
    yield "pause", "0.", "milliseconds in each second in which nothing happens"
    yield "latency", "0.", "milliseconds that each call takes"
