"""What the user points at: a URL, a command or a server in this process, as connections."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import urlsplit

import httpx2

from mcp_proof.errors import UsageError
from mcp_proof.recorder import Recorder, shown_url
from mcp_proof.transports.asgi import AsgiApp, AsgiTransport
from mcp_proof.transports.connection import Connection
from mcp_proof.transports.http_client import HttpServer
from mcp_proof.transports.http_sse import HttpSseConnection
from mcp_proof.transports.memory import MemoryConnection
from mcp_proof.transports.stdio import StdioConnection
from mcp_proof.transports.streamable_http import HttpConnection
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secret import masked
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stream.choice import refuse_without_relay

HTTP: Final[Mapping[TransportName, type[HttpConnection | HttpSseConnection]]] = {
    "http": HttpConnection,
    "http+sse": HttpSseConnection,
}
IN_PROCESS: Final = "http://localhost:8000"
"""The address that an application in this process is told: one that Host checks let pass."""


class Target(Protocol):
    """A peer that can be connected to, as often as needed."""

    @property
    def transport(self) -> TransportName:
        """The transport."""
        ...

    @property
    def label(self) -> str:
        """The peer's name in reports; never holds a secret."""
        ...

    @property
    def arguments(self) -> str:
        """How the target is written on a command line."""
        ...

    @property
    def secrets(self) -> Mapping[str, str]:
        """What must not be shown, by the name of the header that carries it."""
        ...

    def connect(self, name: str, recorder: Recorder, timeout: float, /) -> Connection:
        """Return a new, unopened connection."""
        ...


@dataclass(frozen=True, slots=True)
class UrlTarget:
    """A server reached over Streamable HTTP, or over HTTP+SSE where it speaks that."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    options: str = ""
    """How the headers were given, without their secrets, for reproductions."""

    transport: TransportName = "http"

    def __post_init__(self) -> None:
        """Refuse what is no HTTP address."""
        try:
            url = httpx2.URL(self.url)
            usable = url.scheme in ("http", "https") and bool(url.host)
            why = "" if urlsplit(self.url).port != 0 else ": port 0 is no port"
        except (ValueError, httpx2.InvalidURL) as error:
            usable, why = False, f": {error}"
        if not usable or why:
            raise UsageError(
                f"{self.url!r} is no http or https URL{why}. Give a URL such as "
                "http://localhost:3001/mcp, or a command after `--`."
            )

    @property
    def label(self) -> str:
        """The URL without what may be secret."""
        return shown_url(self.url)

    @property
    def arguments(self) -> str:
        """The URL as an argument."""
        return f"{self.options} {shlex.quote(self.label)}".strip()

    @property
    def secrets(self) -> Mapping[str, str]:
        """All headers that the user gave."""
        return self.headers

    def connect(self, name: str, recorder: Recorder, timeout: float, /) -> Connection:
        """Return a client of the URL with connections of its own."""
        server = HttpServer(self.url, self.headers)
        return HTTP[self.transport](server, name, recorder, timeout)


@dataclass(frozen=True, slots=True)
class CommandTarget:
    """A server started as a child process for each connection."""

    command: Sequence[str]

    transport: TransportName = "stdio"

    def __post_init__(self) -> None:
        """Refuse an empty command."""
        if not self.command:
            raise UsageError("no command after `--`. Example: mcp-proof verify -- npx my-server")

    @property
    def label(self) -> str:
        """The command line, without secrets of a known kind."""
        return masked(shlex.join(self.command))

    @property
    def arguments(self) -> str:
        """The command behind its `--`."""
        return f"-- {self.label}"

    @property
    def secrets(self) -> Mapping[str, str]:
        """None: a process has no headers."""
        return {}

    def connect(self, name: str, recorder: Recorder, _timeout: float, /) -> Connection:
        """Return a connection that starts a process of its own."""
        return StdioConnection(self.command, name, recorder)


@dataclass(frozen=True, slots=True)
class AsgiTarget:
    """An ASGI application in this process. Many serve only inside `transports.asgi.started`."""

    app: AsgiApp
    path: str = "/mcp"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    transport: TransportName = "http"

    @property
    def label(self) -> str:
        """The path, for an application has no name."""
        return f"ASGI application at {self.path}"

    @property
    def arguments(self) -> str:
        """A stand-in: no command line can name an object."""
        return f"<{self.label}>"

    @property
    def secrets(self) -> Mapping[str, str]:
        """All headers that the user gave."""
        return self.headers

    def connect(self, name: str, recorder: Recorder, timeout: float, /) -> Connection:
        """Return a client of the application."""
        server = HttpServer(IN_PROCESS + self.path, self.headers, AsgiTransport(self.app))
        return HTTP[self.transport](server, name, recorder, timeout)


@dataclass(frozen=True, slots=True)
class MemoryTarget:
    """A mock server in this process, without any I/O.

    Raises:
        FaultTextError: the server has stream faults, and nothing would disturb the bytes.
    """

    server: MockServer

    transport: TransportName = "memory"

    def __post_init__(self) -> None:
        """Refuse what the run would not show."""
        refuse_without_relay(self.server.stream_faults)

    @property
    def label(self) -> str:
        """The server's name and version."""
        info = self.server.contract.info
        return masked(f"mock {info.get('name')} {info.get('version')}")

    @property
    def arguments(self) -> str:
        """A stand-in: no command line can name an object."""
        return f"<{self.label}>"

    @property
    def secrets(self) -> Mapping[str, str]:
        """None: there are no headers."""
        return {}

    def connect(self, name: str, recorder: Recorder, _timeout: float, /) -> Connection:
        """Return a conversation of its own."""
        return MemoryConnection(self.server, name, recorder)
