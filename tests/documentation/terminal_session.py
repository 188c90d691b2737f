"""The commands that a page shows, run one after another in one folder as a reader would."""

import os
import re
import select
import signal
import socket
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Self
from urllib.parse import urlsplit

from redis_server import running_redis

BOUND = 120
"""Seconds within which every command ends, or a server listens."""
STARTING = re.compile(r"^starting the (?:server|client)\n", re.MULTILINE)
PORTS = re.compile(r"\b(?:3001|6379|8000|8001)\b")
"""The ports that pages use; each stands for a free one while they are run."""
LISTENS = re.compile(r"--port (\d+)")
THEIRS = "3001"
"""The port of the reader's own server, which needs no start on the page."""
REDIS = "6379"
"""The port of the reader's Redis, likewise."""
ANYTHING = "…"
"""In an output: any text; alone on a line any lines."""


class TerminalSession:
    """Runs commands; servers run on until the session ends."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self._code = 0
        self._ports: dict[str, str] = {}
        self._servers: dict[str, Server] = {}
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with self._ending:  # a Redis is the last to end
            for server in self._servers.values():
                self._ending.callback(server.end)

    @property
    def servers(self) -> list["Server"]:
        """The servers that run."""
        return list(self._servers.values())

    def actual(self, text: str) -> str:
        """Put the ports that are really used in the place of those that a page shows."""
        return PORTS.sub(lambda found: self._port(found[0]), text)

    def run(self, command: str, expected: str = "") -> None:
        """Run a command. It must succeed, or say what the page shows, be it a failure.

        Raises:
            AssertionError: it does not.
        """
        if THEIRS in command and THEIRS not in self._servers:
            self._start(f"mcp-proof mock everything --port {THEIRS}")
        if _serves(command):
            self._code, said = 0, self._start(command)
        else:
            self._code, said = self._finish(f"(exit {self._code}); {self.actual(command)}")
        said = self._shown(said)
        if not expected:
            assert self._code == 0, f"{command}\nended with {self._code}\n{said}"
        elif re.fullmatch(_pattern(expected), said) is None:
            raise AssertionError(f"{command}\nsaid\n{said}\nand not\n{expected}")

    def _finish(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=BOUND,
            check=False,
        )
        return done.returncode, done.stdout

    def _start(self, command: str) -> str:
        port = found[1] if (found := LISTENS.search(command)) else command
        if port in self._servers:
            self._servers.pop(port).end()
        server = Server(self.actual(command), self.folder, self.environment)
        self._servers[port] = server
        return server.first_line()

    def _port(self, shown: str) -> str:
        if shown == REDIS and shown not in self._ports:
            url = self._ending.enter_context(running_redis())
            self._ports[shown] = str(urlsplit(url).port)
        elif shown not in self._ports:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self._ports[shown] = str(free.getsockname()[1])
        return self._ports[shown]

    def _shown(self, text: str) -> str:
        text = STARTING.sub("", text)  # told where a start takes long
        for shown, port in self._ports.items():
            text = re.sub(rf"\b{port}\b", shown, text)
        return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


class Server:
    """A command that goes on until it is ended."""

    def __init__(self, command: str, folder: Path, environment: dict[str, str]) -> None:
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `end`
        self._process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._said,
            start_new_session=True,
        )

    def first_line(self) -> str:
        """Return the first line that it says, which servers do when they listen."""
        assert self._process.stdout is not None
        listens, _, _ = select.select([self._process.stdout], [], [], BOUND)
        line = self._process.stdout.readline().decode() if listens else ""
        if not line:
            raise AssertionError(f"it does not serve: {self.said}")
        return line

    @property
    def said(self) -> str:
        """What it has said besides."""
        self._said.seek(0)
        return self._said.read().decode()

    def end(self) -> None:
        """End it with all that it has started."""
        with self._process, self._said:
            os.killpg(self._process.pid, signal.SIGTERM)


def commands(text: str) -> list[tuple[str, str]]:
    """Return the commands of a `console` block, each with the output that is shown."""
    found: list[tuple[str, str]] = []
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        count = 1
        while lines[count - 1].endswith("\\\n"):
            count += 1
        found.append(("".join(lines[:count]).rstrip(), "".join(lines[count:])))
    return found


def _serves(command: str) -> bool:
    ours = command.partition(" -- ")[0]
    listens = ours.startswith(("mcp-proof mock ", "mcp-proof bridge ", "mcp-proof replay "))
    listens |= ours.startswith("mcp-proof record ") and " --port " in ours
    return listens and not re.search(r"--(stdio|schema)\b", ours)


def _pattern(expected: str) -> str:
    lines = []
    for line in expected.splitlines():
        if line.strip() == ANYTHING:
            lines.append(r"(?:.*\n)*?")
        else:
            parts = (re.escape(part) for part in line.rstrip().split(ANYTHING))
            lines.append(".*".join(parts) + r"\n")
    return "".join(lines)
