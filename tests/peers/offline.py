"""Proof that nothing tried to reach a network, not even that of this machine."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NETWORK = frozenset(
    {"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}
)
tried: list[str] | None = None
"""What was tried, while somebody watches: an audit hook cannot be taken away."""


def hook(event: str, arguments: tuple[Any, ...]) -> None:
    if tried is not None and event in NETWORK:
        tried.append(f"{event} {arguments[1:] if event.startswith('socket.c') else arguments}")


sys.addaudithook(hook)


@contextmanager
def offline() -> Iterator[None]:
    """Fail when anything in the block, in whatever thread, uses a socket."""
    global tried  # noqa: PLW0603  # one process has one hook
    tried = []
    try:
        yield
        assert tried == []
    finally:
        tried = None
