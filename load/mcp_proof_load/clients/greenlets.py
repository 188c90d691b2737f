"""What greenlets need that share a connection, with the types that gevent does not bring along."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, Final, Protocol


class Running(Protocol):
    """A greenlet that was begun."""

    def kill(self) -> None:
        """End it, and wait until it has ended."""
        ...

    def join(self, timeout: float | None = None, /) -> None:
        """Wait for its end, for so many seconds at most."""
        ...


class Event(Protocol):
    """Something that happens again and again."""

    def set(self) -> None:
        """Wake whoever waits."""
        ...

    def clear(self) -> None:
        """Have everybody wait for the next time."""
        ...

    def wait(self, timeout: float | None = None, /) -> bool:
        """Wait for so many seconds at most; return whether it has happened."""
        ...


class Promise(Protocol):
    """Something that is there later, or an error in its place."""

    def set(self, value: object, /) -> None:
        """Give it to whoever waits."""
        ...

    def set_exception(self, error: BaseException, /) -> None:
        """Raise an error where somebody waits."""
        ...

    def get(self, *, timeout: float | None = None) -> Any:  # noqa: ANN401  # whatever was set
        """Wait for it; raises `Timeout` after so many seconds."""
        ...


class Timed(Protocol):
    """Raises an error in a block that takes too long."""

    def __call__(self, seconds: float, error: BaseException, /) -> AbstractContextManager[object]:
        """Return what surrounds the block."""
        ...


_gevent: Final = import_module("gevent")
_event: Final = import_module("gevent.event")
spawn: Callable[[Callable[[], object]], Running] = _gevent.spawn
kill_all: Callable[[Iterable[Running]], None] = _gevent.killall
within: Timed = _gevent.Timeout
Timeout: type[BaseException] = _gevent.Timeout
new_event: Callable[[], Event] = _event.Event
new_promise: Callable[[], Promise] = _event.AsyncResult
