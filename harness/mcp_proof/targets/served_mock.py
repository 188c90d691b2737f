"""A mock server in this process that can only be reached over a socket."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from mcp_proof.targets.target import Reachable
from mcp_proof.targets.websocket import WebSocketTarget
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import GivenSecrets, secrets_in_variables
from mcp_proof_contracts.secrets.known import masked
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer


@dataclass(frozen=True, slots=True)
class ServedMockTarget:
    """A mock that speaks over WebSockets; it listens on a free port while it is verified."""

    server: MockServer

    transport: TransportName = "websocket"

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
    def secrets(self) -> GivenSecrets:
        """What the environment holds: the mock runs in it."""
        return secrets_in_variables(os.environ)

    @asynccontextmanager
    async def started(self) -> AsyncGenerator[Reachable]:
        """Serve the mock."""
        async with serving(self.server) as url:
            yield WebSocketTarget(url)
