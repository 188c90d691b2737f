"""Which processes run, and that none is left behind, however the load process ends."""

import atexit
import ctypes
import os
import signal
import sys
import time
from contextlib import suppress
from typing import Any, Final

PARENT_DIES: Final = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
GRACE: Final = 1.0
"""Seconds that all together get after SIGTERM when the load process ends."""
PAUSE: Final = 0.01

_running: dict[int, None] = {}
_prctl: Any = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
_sleep = time.sleep  # also where gevent has put its own in its place: at the end it may not run


def pids() -> tuple[int, ...]:
    """Return the ids of the processes that run now, the oldest first."""
    return tuple(_running)


def remember(pid: int) -> None:
    """Take care of the end of a process that leads a group of its own."""
    if not _running:
        atexit.unregister(end_all)
        atexit.register(end_all)
    _running[pid] = None


def forget(pid: int) -> None:
    """Leave a process alone: it has ended."""
    _running.pop(pid, None)


def dies_with_us() -> None:
    """Have the process that runs this killed with its parent, where the system can do that.

    For a load process that is killed: all other ends are seen to by `end_all`, and most servers end
    by themselves when nobody is at their input any more.
    """
    if _prctl is not None:
        _prctl(PARENT_DIES, signal.SIGKILL)


def end_all() -> None:
    """End all processes and their groups, at the end of the load process."""
    _signal_all(signal.SIGTERM)
    until = time.monotonic() + GRACE
    while any(map(_runs, _running)) and time.monotonic() < until:
        _sleep(PAUSE)
    _signal_all(signal.SIGKILL)


def _signal_all(number: signal.Signals) -> None:
    for pid in _running:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)


def _runs(pid: int) -> bool:
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False
