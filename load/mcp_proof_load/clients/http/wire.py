"""Bytes to a server and back over TCP, for one greenlet at a time."""

import socket
import ssl
from typing import Final

from mcp_proof_load.clients.client import BrokenError
from mcp_proof_load.clients.hub import READ, WRITE, RawSocket, connected, get_hub

ROOM: Final = 1 << 16
"""Bytes that are read at once."""


def wire_to(host: str, port: int, context: ssl.SSLContext | None) -> "Wire":
    """Return a connection, with TLS where there is a context.

    Raises:
        BrokenError: there is none to be had.
    """
    try:
        return Wire(host, port) if context is None else SecureWire(host, port, context)
    except OSError as error:
        raise BrokenError(f"no connection: {error.strerror or error}") from error


class Wire:
    """A TCP connection; only the greenlet that uses it waits for it."""

    __slots__ = ("_hub", "_readable", "_socket")

    def __init__(self, host: str, port: int) -> None:
        """Connect.

        Raises:
            OSError: it cannot be reached.
        """
        self._hub = get_hub()
        self._socket = RawSocket(fileno=connected((host, port)).detach())
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._readable = self._hub.loop.io(self._socket.fileno(), READ)

    def send(self, data: bytes) -> None:
        """Send all of it.

        Raises:
            OSError: the connection is gone.
        """
        try:
            sent = self._socket.send(data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            self._send_on(memoryview(data)[sent:])

    def _send_on(self, rest: memoryview) -> None:
        writable = self._hub.loop.io(self._socket.fileno(), WRITE)
        try:
            while rest:
                self._hub.wait(writable)
                try:
                    rest = rest[self._socket.send(rest) :]
                except BlockingIOError:
                    continue
        finally:
            writable.close()

    def receive(self) -> bytes:
        """Wait for something and return it; nothing at the end.

        Raises:
            OSError: the connection is gone.
        """
        while True:
            self._hub.wait(self._readable)
            try:
                return self._socket.recv(ROOM)
            except BlockingIOError:
                continue

    def waiting(self) -> bytes | None:
        """Return what has come already; `None` for nothing, no bytes for the end.

        Raises:
            OSError: the connection is gone.
        """
        try:
            return self._socket.recv(ROOM)
        except BlockingIOError:
            return None

    def close(self) -> None:
        """Close at once."""
        self._readable.close()
        self._socket.close()


class SecureWire(Wire):
    """A TCP connection with TLS on it."""

    __slots__ = ("_incoming", "_outgoing", "_tls")

    def __init__(self, host: str, port: int, context: ssl.SSLContext) -> None:
        """Connect, and make sure who is there.

        Raises:
            OSError: it cannot be reached, or is not to be trusted.
        """
        super().__init__(host, port)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        try:
            self._shake_hands()
        except BaseException:
            self.close()
            raise

    def _shake_hands(self) -> None:
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                self._take_in(super().receive())
            else:
                return self._flush()

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self._tls.write(data)
        self._flush()

    def receive(self) -> bytes:
        """Wait for something and return it; nothing at the end."""
        while True:
            try:
                return self._tls.read(ROOM)
            except ssl.SSLWantReadError:
                self._flush()
                self._take_in(super().receive())
            except ssl.SSLZeroReturnError:
                return b""

    def waiting(self) -> bytes | None:
        """Return what has come already; `None` for nothing, no bytes for the end."""
        data = super().waiting()
        if data is not None:
            self._take_in(data)
        try:
            return self._tls.read(ROOM)
        except ssl.SSLWantReadError:
            return None
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def _flush(self) -> None:
        if self._outgoing.pending:
            super().send(self._outgoing.read())

    def _take_in(self, data: bytes) -> None:
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
