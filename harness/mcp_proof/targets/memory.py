"""A mock server in this process, without any I/O."""

import os
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Self

from mcp_proof.recorder import Recorder
from mcp_proof.transports.connection import Connection
from mcp_proof.transports.memory import MemoryConnection
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import GivenSecrets, secrets_in_variables
from mcp_proof_contracts.secrets.known import masked
from mcp_proof_mocks.memory import MemoryChannel
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stream.choice import refuse_without_relay


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
    def secrets(self) -> GivenSecrets:
        """What the environment holds: the mock runs in it."""
        return secrets_in_variables(os.environ)

    def started(self) -> AbstractAsyncContextManager[Self]:
        """There is nothing to start."""
        return nullcontext(self)

    def connect(self, name: str, recorder: Recorder, _timeout: float, /) -> Connection:
        """Return a conversation of its own."""
        server = self.server
        return MemoryConnection(lambda write: MemoryChannel(server, write), name, recorder)
