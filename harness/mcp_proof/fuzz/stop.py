"""The end of fuzzing before its end: the time is up, or the user interrupts."""

import time
from concurrent.futures import CancelledError, Future
from typing import TypeVar

T = TypeVar("T")


class Stopped(BaseException):  # no error: what nothing on the way may catch, like KeyboardInterrupt
    """The fuzzing is to end now."""


class Stop:
    """Asked before each call; whatever waits in the loop is cancelled."""

    def __init__(self, seconds: float | None = None) -> None:
        self._until = time.monotonic() + seconds if seconds is not None else None
        self._running: Future[object] | None = None
        self.interrupted = False

    @property
    def time_is_up(self) -> bool:
        """Whether the time that the user gave has passed."""
        return self._until is not None and time.monotonic() >= self._until

    def interrupt(self) -> None:
        """End as soon as can be; from any thread."""
        self.interrupted = True
        if self._running is not None:
            self._running.cancel()

    def check(self) -> None:
        """Go on.

        Raises:
            Stopped: not so.
        """
        if self.interrupted or self.time_is_up:
            raise Stopped

    def watched(self, running: Future[T]) -> T:
        """Return the result of a call that runs in the loop.

        Raises:
            Stopped: it was interrupted meanwhile.
        """
        self._running = running  # type: ignore[assignment]  # only cancelled
        try:
            if self.interrupted:
                running.cancel()
            return running.result()
        except CancelledError as error:
            raise Stopped from error
        finally:
            self._running = None
