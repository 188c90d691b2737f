"""The open connections of one server, and how long and how many of them it bears."""

import asyncio
import resource
import time
from dataclasses import dataclass
from typing import Final, Protocol

from mcp_proof_mocks.http.turn import Turn

SPARE_FILES: Final = 64
"""File descriptors that are left for everything but connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a client may ask of the server's patience; times in seconds."""

    unfinished: float = 30.0
    """For a request to arrive completely, from its first byte."""
    idle: float = 600.0
    """For a connection on which nothing is asked."""
    connections: int = 10_000
    interval: float = 1.0
    """Between two looks at the clock."""


def raise_file_limit() -> None:
    """Let this process have as many open files as connections are borne, if it may."""
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = Limits().connections + SPARE_FILES
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    if files != resource.RLIM_INFINITY and files < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


class Connection(Protocol):
    """An open connection, as far as it is watched."""

    active: float
    begun: float | None

    @property
    def idle(self) -> bool:
        """Whether nothing is being answered."""
        ...

    def give_up(self) -> None:
        """Refuse a request that does not come to its end in time."""
        ...

    def abort(self) -> None:
        """Cut the connection."""
        ...


class Connections:
    """The open connections."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        room = limits.connections if files == resource.RLIM_INFINITY else files - SPARE_FILES
        self._most = max(1, min(limits.connections, room))
        self.turn = Turn()
        self._open: set[Connection] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        """The work for requests that have to wait for something."""

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: Connection) -> None:
        """Take in a connection; the one that was silent for longest makes room for it."""
        if len(self._open) >= self._most:
            silent = min(self._open, key=lambda other: other.active)
            self._open.discard(silent)
            silent.abort()
        self._open.add(connection)

    def discard(self, connection: Connection) -> None:
        """Forget a connection."""
        self._open.discard(connection)

    async def watch(self) -> None:
        """Enforce the limits until cancelled."""
        while True:
            await asyncio.sleep(self._limits.interval)
            self.enforce(time.monotonic())

    def enforce(self, now: float) -> None:
        """Refuse requests that take too long to arrive; close connections that nobody uses."""
        for connection in list(self._open):
            begun = connection.begun
            if begun is not None and now - begun > self._limits.unfinished:
                connection.give_up()
            elif connection.idle and now - connection.active > self._limits.idle:
                connection.abort()

    def abort(self) -> None:
        """Cut all connections, and end the work for them."""
        for connection in list(self._open):
            connection.abort()
        for task in list(self.tasks):
            task.cancel()
