"""A lean load generator: one request at a time on each of many keep-alive connections."""

import re
import select
import socket
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

LENGTH: Final = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
PATIENCE: Final = 20.0
"""Seconds without any answer after which a server counts as stuck."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What was answered in one round."""

    requests: int
    seconds: float
    p50_ms: float


class Connection:
    """One connection and the request that is under way on it."""

    def __init__(self, port: int, parts: tuple[bytes, bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.before, self.after = parts
        """The request around its JSON-RPC id."""
        self.sent = 0.0
        self._id = b""
        self._received = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.close()

    def send(self, number: int) -> None:
        """Send the request with this id."""
        self._id = b"%09d" % number
        self.sent = time.perf_counter()
        self.socket.sendall(self.before + self._id + self.after)

    def complete(self, *, echoes: bool = True) -> bool:
        """Read what has come; whether it is the whole answer.

        Raises:
            ValueError: it is not the answer to the request.
        """
        data = self._received + self.socket.recv(1 << 16)
        head, separator, body = data.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not separator or (length is not None and len(body) < int(length[1])):
            if data == self._received:
                raise ValueError(f"the connection was closed after {data!r}")
            self._received = data
            return False
        if not head.startswith(b"HTTP/1.1 200") or (echoes and self._id not in body):
            raise ValueError(f"no answer to request {self._id.decode()}: {data!r}")
        self._received = b""
        return True


def load(
    connections: Sequence[Connection],
    numbers: Iterator[int],
    *,
    seconds: float = float("inf"),
    requests: float = float("inf"),
    echoes: bool = True,
) -> Load:
    """Keep every connection busy until so many seconds have passed or requests were sent."""
    poll = select.epoll()
    by_file = {connection.socket.fileno(): connection for connection in connections}
    for file in by_file:
        poll.register(file, select.EPOLLIN)
    latencies: list[float] = []
    started = now = time.perf_counter()
    for connection in connections:
        connection.send(next(numbers))
    open_requests = sent = len(connections)
    while open_requests:
        ready = poll.poll(PATIENCE)
        if not ready:
            raise TimeoutError("the server answers nothing any more")
        for file, _ in ready:
            connection = by_file[file]
            if not connection.complete(echoes=echoes):
                continue
            now = time.perf_counter()
            latencies.append(now - connection.sent)
            if now - started < seconds and sent < requests:
                connection.send(next(numbers))
                sent += 1
            else:
                open_requests -= 1
    poll.close()
    return Load(
        requests=len(latencies),
        seconds=now - started,
        p50_ms=1000 * statistics.median(latencies),
    )
