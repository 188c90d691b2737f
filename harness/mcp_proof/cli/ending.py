"""How a command that drives servers is ended early."""

import asyncio
import signal
from typing import Final, Protocol, Self

ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end the runs early, with their report."""


class Interruptible(Protocol):
    """What runs."""

    def interrupt(self) -> None:
        """End soon, with what was seen so far."""
        ...


class Ending:
    """Ends the runs early: with their report at the first signal, at once at the second."""

    def __init__(self) -> None:
        self.wanted = False
        self.running: Interruptible | None = None
        """The one that runs now."""

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        # Handlers of the process and not of the loop: they run even while a long check holds it.
        self._before = {number: signal.signal(number, self._end) for number in ENDING}
        return self

    def __exit__(self, *_exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _end(self, number: int, _frame: object) -> None:
        signal.signal(number, _at_once)
        self.wanted = True
        if self.running is not None:
            self._loop.call_soon_threadsafe(self.running.interrupt)


def _at_once(_number: int, _frame: object) -> None:
    """End at the second signal, when somebody waits no longer for the report."""
    raise KeyboardInterrupt
