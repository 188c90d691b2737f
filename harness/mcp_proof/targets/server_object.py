"""A server object of the official Python SDK or of fastmcp, in this process.

It is reached through the ASGI application that it makes of itself, so that what is judged is what
clients meet over Streamable HTTP. Nothing of either library is imported: the object brings it.
"""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from mcp_proof.errors import UsageError
from mcp_proof.targets.asgi import AsgiTarget
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import GivenSecrets, secrets_in_variables

FACTORIES: Final = ("http_app", "streamable_http_app")
"""What makes an application: of fastmcp, and of the SDK's `MCPServer`, `Server` and `FastMCP`."""


def is_server_object(value: object) -> bool:
    """Whether this is an object that can be verified in this process."""
    return any(callable(getattr(value, name, None)) for name in FACTORIES)


@dataclass(frozen=True, slots=True)
class ServerObjectTarget:
    """A server of the official SDK or of fastmcp."""

    server: object

    transport: TransportName = "http"

    def __post_init__(self) -> None:
        """Refuse what makes no application."""
        if not is_server_object(self.server):
            raise UsageError(
                f"{type(self.server).__name__} is no server that can be verified in this process: "
                f"it has none of the methods {', '.join(FACTORIES)}. Give its ASGI application."
            )

    @property
    def label(self) -> str:
        """The class, and the name that the author gave."""
        name = getattr(self.server, "name", "")
        return f"{type(self.server).__name__} {name}".strip()

    @property
    def arguments(self) -> str:
        """A stand-in: no command line can name an object."""
        return f"<{self.label}>"

    @property
    def secrets(self) -> GivenSecrets:
        """What the environment holds: the server runs in it."""
        return secrets_in_variables(os.environ)

    @asynccontextmanager
    async def started(self) -> AsyncGenerator[AsgiTarget]:
        """Run a new application of the server; version 1 of the SDK makes one only once."""
        make = next(make for name in FACTORIES if (make := getattr(self.server, name, None)))
        async with AsgiTarget(make(), name=self.label).started() as target:
            yield target
