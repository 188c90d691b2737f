"""A server behind a URL."""

import os
import re
import shlex
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import ClassVar, Final, Self
from urllib.parse import urlsplit

import httpx2

from mcp_proof.errors import UsageError
from mcp_proof.recorder import Recorder, shown_url
from mcp_proof.transports.connection import Connection
from mcp_proof.transports.http_client import HttpServer
from mcp_proof.transports.http_sse import HttpSseConnection
from mcp_proof.transports.streamable_http import HttpConnection
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import (
    GivenSecrets,
    secrets_in_headers,
    secrets_in_url,
    secrets_in_variables,
)
from mcp_proof_contracts.secrets.mask import Mask

HTTP: Final[Mapping[TransportName, type[HttpConnection | HttpSseConnection]]] = {
    "http": HttpConnection,
    "http+sse": HttpSseConnection,
}


@dataclass(frozen=True, slots=True)
class UrlTarget:
    """A server reached over Streamable HTTP, or over HTTP+SSE where it speaks that."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    options: str = ""
    """How the headers were given, without their secrets, for reproductions."""
    forwarded: bool = False
    """Whether what listens at the URL is not the server, but hands everything on to it."""

    transport: TransportName = "http"
    schemes: ClassVar[tuple[str, str]] = ("http", "https")
    example: ClassVar[str] = "http://localhost:3001/mcp"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.label!r})"

    def __post_init__(self) -> None:
        """Refuse what is no address of this kind."""
        try:
            url = httpx2.URL(self.url)
            usable = url.scheme in self.schemes and bool(url.host)
            why = "" if urlsplit(self.url).port != 0 else ": port 0 is no port"
        except (ValueError, httpx2.InvalidURL) as error:
            # Where there are credentials the error may quote a part of them.
            usable, why = False, f": {error}" if "@" not in self.url else ""
        if not usable or why:
            raise UsageError(
                f"{harmless_url(self.url)!r} is no {' or '.join(self.schemes)} URL{why}. Give a "
                f"URL such as {self.example}, or a command after `--`."
            )

    @property
    def label(self) -> str:
        """The URL without what may be secret."""
        return Mask(secrets_in_url(self.url).values)(shown_url(self.url))

    @property
    def arguments(self) -> str:
        """The URL as an argument."""
        return f"{self.options} {shlex.quote(self.label)}".strip()

    @property
    def secrets(self) -> GivenSecrets:
        """All headers that the user gave, what the URL holds, and what the environment holds."""
        given = secrets_in_headers(self.headers) | secrets_in_url(self.url)
        return given | secrets_in_variables(os.environ)

    def started(self) -> AbstractAsyncContextManager[Self]:
        """There is nothing to start."""
        return nullcontext(self)

    def connect(self, name: str, recorder: Recorder, timeout: float, /) -> Connection:
        """Return a client of the URL with connections of its own."""
        server = HttpServer(self.url, self.headers, forwarded=self.forwarded)
        return HTTP[self.transport](server, name, recorder, timeout)


def harmless_url(text: str) -> str:
    """Return what was meant to be a URL, without its credentials and its query."""
    address = re.sub(r"(?<=//).*@|[^/\s]*@", "…@", text.partition("?")[0])
    return Mask(secrets_in_url(text).values)(address)
