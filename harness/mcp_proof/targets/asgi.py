"""An ASGI application in this process."""

import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final, Self

from mcp_proof.recorder import Recorder
from mcp_proof.targets.url import HTTP
from mcp_proof.transports.asgi import AsgiTransport, started
from mcp_proof.transports.connection import Connection
from mcp_proof.transports.http_client import HttpServer
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import (
    GivenSecrets,
    secrets_in_headers,
    secrets_in_variables,
)
from mcp_proof_mocks.asgi_types import AsgiApp

IN_PROCESS: Final = "http://localhost:8000"
"""The address that an application in this process is told: one that Host checks let pass."""


@dataclass(frozen=True, slots=True)
class AsgiTarget:
    """An ASGI application in this process."""

    app: AsgiApp
    path: str = "/mcp"
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    name: str = ""
    """What reports call it; an application has no name of its own."""

    transport: TransportName = "http"
    live: bool = False
    """Whether somebody runs the application's lifespan already."""

    @property
    def label(self) -> str:
        """The name that it was given, or the path."""
        return self.name or f"ASGI application at {self.path}"

    @property
    def arguments(self) -> str:
        """A stand-in: no command line can name an object."""
        return f"<{self.label}>"

    @property
    def secrets(self) -> GivenSecrets:
        """All headers that the user gave, and what the environment holds."""
        return secrets_in_headers(self.headers) | secrets_in_variables(os.environ)

    @asynccontextmanager
    async def started(self) -> AsyncGenerator[Self]:
        """Run the application's lifespan: many serve only within it."""
        if self.live:
            yield self
            return
        async with started(self.app):
            yield replace(self, live=True)

    def connect(self, name: str, recorder: Recorder, timeout: float, /) -> Connection:
        """Return a client of the application."""
        server = HttpServer(IN_PROCESS + self.path, self.headers, AsgiTransport(self.app))
        return HTTP[self.transport](server, name, recorder, timeout)
