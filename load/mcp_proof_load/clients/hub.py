"""What clients use of gevent, with the types that it does not bring along.

They wait on watchers of their own: that costs half of what gevent's sockets with a timeout do.
"""

import socket
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, Protocol

READ: Final = 1
"""The events of a watcher: something can be read."""
WRITE: Final = 2


class Watcher(Protocol):
    """Calls somebody when something has happened."""

    def again(self, callback: Callable[..., object], /, *arguments: object) -> None:
        """Start a timer with its whole time, whether it runs or not."""
        ...

    def stop(self) -> None:
        """Watch no more."""
        ...

    def close(self) -> None:
        """Give up what watching takes."""
        ...


class Loop(Protocol):
    """Makes watchers."""

    def io(self, file: int, events: int, /) -> Watcher:
        """Return one of a file."""
        ...

    def timer(self, after: float, repeat: float, /) -> Watcher:
        """Return a timer."""
        ...


class Hub(Protocol):
    """What waits in the place of all greenlets of a thread."""

    @property
    def loop(self) -> Loop:
        """Its event loop."""
        ...

    def wait(self, watcher: Watcher, /) -> None:
        """Wait until something has happened; other greenlets run meanwhile."""
        ...


class Greenlet(Protocol):
    """One of many that take turns."""

    def throw(self, *error: object) -> object:
        """Raise an error where it waits."""
        ...


_gevent: Final = import_module("gevent")
get_hub: Callable[[], Hub] = _gevent.get_hub
current: Callable[[], Greenlet] = _gevent.getcurrent
sleep: Callable[[float], None] = _gevent.sleep
connected: Callable[..., Any] = import_module("gevent.socket").create_connection
RawSocket: type[socket.socket] = import_module("gevent.monkey").get_original("socket", "socket")
"""The socket of the standard library, also where gevent has put its own in that place."""
