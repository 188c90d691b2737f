"""Bytes on their way to a server that may read slowly."""

from collections import deque
from collections.abc import Callable
from typing import Final

from gevent import Greenlet, spawn
from gevent.event import Event

from mcp_proof_load.clients.client import Sent, unsaid

LIMIT: Final = 64 * 1024 * 1024
"""Bytes that wait to be sent, after which the server is taken for one that reads nothing."""


class Outgoing:
    """Sends messages one after the other, as many at once as have come together.

    One greenlet writes, since a call that is given up while its message is half written would spoil
    the connection for all others.
    """

    def __init__(self, write: Callable[[bytes], None], over: Callable[[str], None]) -> None:
        """Begin to send.

        Args:
            write: writes all of it, waiting as long as that takes; raises `OSError`.
            over: is told why nothing can be written any more.
        """
        self._write = write
        self._over = over
        self._parts: deque[tuple[bytes, Sent]] = deque()
        self._size = 0
        self._some = Event()
        self._writing: Greenlet[..., object] = spawn(self._run)

    def send(self, data: bytes, sent: Sent = unsaid) -> None:
        """Send what is given, behind what was given before; `sent` is told when that is done."""
        self._size += len(data)
        if self._size > LIMIT:
            self._over(f"the server reads nothing: {self._size} bytes wait for it")
            return
        self._parts.append((data, sent))
        self._some.set()

    def stop(self) -> None:
        """Send nothing more."""
        self._writing.kill()

    def _run(self) -> None:
        while True:
            self._some.wait()
            self._some.clear()
            parts = list(self._parts)
            self._parts.clear()
            data = b"".join(each[0] for each in parts)
            try:
                self._write(data)
            except OSError as error:
                self._over(f"the server takes no more: {error.strerror or error}")
                return
            self._size -= len(data)
            for _, sent in parts:
                sent()
