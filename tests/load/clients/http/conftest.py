"""Servers that say over TCP just what a test has them say, each connection in a thread."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest

from mcp_proof_load.plan import Plan

Script = Callable[[socket.socket], None]
BOUND = 10.0
"""Seconds after which a script that waits for something gives up."""


class Scripted:
    """A server: each connection is played by the next script, the last one again and again."""

    def __init__(self, scripts: tuple[Script, ...]) -> None:
        self._scripts = scripts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.connections = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/mcp"
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.settimeout(BOUND)
                script = self._scripts[min(self.connections, len(self._scripts) - 1)]
                self.connections += 1
                thread = threading.Thread(target=_play, args=(script, connection))
                thread.start()
                self._threads.append(thread)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in (self._accepting, *self._threads):
            thread.join(BOUND)


def _play(script: Script, connection: socket.socket) -> None:
    with connection, suppress(OSError):
        script(connection)


@pytest.fixture
def scripted() -> Iterator[Callable[..., Scripted]]:
    """Give what starts a server of scripts."""
    with ExitStack() as stack:

        def start(*scripts: Script) -> Scripted:
            server = Scripted(scripts)
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture
def plan_for() -> Callable[..., Plan]:
    """Give what makes the plan of a client."""

    def make(url: str, *, timeout: float = 5.0, headers: object = (), **speech: object) -> Plan:
        place = {"url": url, "headers": list(headers)}
        return Plan(client="", place=place, speech=speech, operations=(), timeout=timeout)

    return make
