"""The end of fuzzing before its end: the time is up, or the user interrupts."""

import time
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class Stopped(BaseException):  # no error: what nothing on the way may catch, like KeyboardInterrupt
    """The fuzzing is to end now."""


class Stop:
    """Asked before each call; whatever waits in the loop is cancelled.

    Args:
        seconds: how long it may last from `begin` on; `None` for ever.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._until: float | None = None
        self._cancel: Callable[[], object] | None = None
        self.interrupted = False

    def begin(self) -> None:
        """Let the time run from now on."""
        if self._seconds is not None:
            self._until = time.monotonic() + self._seconds

    @property
    def left(self) -> float | None:
        """Seconds that are left; `None` where there is no limit."""
        return None if self._until is None else max(0.0, self._until - time.monotonic())

    @property
    def reason(self) -> str:
        """Why it ended."""
        return "the run was interrupted" if self.interrupted else "the time was up"

    def interrupt(self) -> None:
        """End as soon as can be; from any thread."""
        self.interrupted = True
        if self._cancel is not None:
            self._cancel()

    def check(self) -> None:
        """Go on.

        Raises:
            Stopped: not so.
        """
        if self.interrupted or self.left == 0:
            raise Stopped

    def watched(self, running: Future[T]) -> T:
        """Return the result of a call that runs in the loop.

        Raises:
            Stopped: it was interrupted meanwhile, or the time was up.
        """
        with self.cancelling(running.cancel):
            try:
                return running.result(self.left)
            except CancelledError as error:
                raise Stopped from error
            except TimeoutError as error:
                if running.done():  # it is the call's own
                    raise
                running.cancel()
                raise Stopped from error

    @contextmanager
    def cancelling(self, cancel: Callable[[], object]) -> Generator[None]:
        """Have `cancel` called when an interrupt comes meanwhile, or has come."""
        self._cancel = cancel
        try:
            if self.interrupted:
                cancel()
            yield
        finally:
            self._cancel = None
