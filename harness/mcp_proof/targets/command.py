"""A server that is started as a command and spoken to by stdio."""

import shlex
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Self

from mcp_proof.errors import UsageError
from mcp_proof.recorder import Recorder
from mcp_proof.transports.connection import Connection
from mcp_proof.transports.stdio import StdioConnection
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secret import masked


@dataclass(frozen=True, slots=True)
class CommandTarget:
    """A server started as a child process for each connection."""

    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    """Variables beside those of our own environment."""
    cwd: str | None = None

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

    def started(self) -> AbstractAsyncContextManager[Self]:
        """There is nothing to start."""
        return nullcontext(self)

    def connect(self, name: str, recorder: Recorder, _timeout: float, /) -> Connection:
        """Return a connection that starts a process of its own."""
        return StdioConnection(self.command, name, recorder, env=self.env, cwd=self.cwd)
