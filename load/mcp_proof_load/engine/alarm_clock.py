"""Waiting until a moment, more exactly than an event loop does.

Timers of libev end with a wait in epoll, whose times are whole milliseconds, rounded up: a call
that waits for its start by one would always begin up to a millisecond late. A timer of the kernel
that is a file (timerfd_create(2)) wakes the same loop within microseconds.
"""

import ctypes
import sys
import time
from typing import Any, Final

from gevent.event import Event

from mcp_proof_load.clients.hub import READ, get_hub

CLOCK_MONOTONIC: Final = 1
NONBLOCK_AND_CLOEXEC: Final = 0o2004000
ABSOLUTE: Final = 1
COARSE: Final = 0.003
"""Seconds before a moment up to which the loop's own timers are good enough."""
FOREVER: Final = 1e6
"""Seconds that stand for a moment that never comes."""


class _Times(ctypes.Structure):
    """`struct itimerspec`: how often again, and when first, in seconds and nanoseconds."""

    _fields_ = (
        ("again_seconds", ctypes.c_long),
        ("again_nanoseconds", ctypes.c_long),
        ("seconds", ctypes.c_long),
        ("nanoseconds", ctypes.c_long),
    )


class AlarmClock:
    """Wakes one greenlet at a time, at a moment by `time.perf_counter`."""

    def __init__(self) -> None:
        self._hub = get_hub()
        self._libc: Any = ctypes.CDLL(None) if sys.platform == "linux" else None
        self._file = -1
        if self._libc is not None:
            self._file = self._libc.timerfd_create(CLOCK_MONOTONIC, NONBLOCK_AND_CLOEXEC)
        if self._file >= 0:
            self._rings = self._hub.loop.io(self._file, READ)
            self._times = _Times()
            self._where = ctypes.byref(self._times)

    def wait_until(self, moment: float, leaving: Event) -> None:
        """Wait until then, or until `leaving` is set, which may be noticed milliseconds late."""
        pause = moment - time.perf_counter()
        if self._file < 0:
            leaving.wait(min(max(pause, 0.0), FOREVER))
            return
        if pause > COARSE and leaving.wait(min(pause - COARSE / 2, FOREVER)):
            return
        if moment > time.perf_counter():
            self._ring_at(moment)

    def _ring_at(self, moment: float) -> None:
        times = self._times
        times.seconds = int(moment)
        times.nanoseconds = int(moment % 1 * 1e9)
        # It is never read: to set it anew makes it silent.
        self._libc.timerfd_settime(self._file, ABSOLUTE, self._where, None)
        self._hub.wait(self._rings)
