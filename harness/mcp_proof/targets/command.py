"""A server that is started as a command and spoken to by stdio."""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Self

from mcp_proof.errors import UsageError
from mcp_proof.recorder import Recorder
from mcp_proof.transports.connection import Connection
from mcp_proof.transports.stdio import StdioConnection
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import (
    GivenSecrets,
    secrets_in_command,
    secrets_in_variables,
    shown_command,
)


@dataclass(frozen=True, slots=True)
class CommandTarget:
    """A server started as a child process for each connection."""

    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    """Variables beside those of our own environment."""
    cwd: str | None = None

    transport: TransportName = "stdio"

    def __repr__(self) -> str:
        return f"CommandTarget({self.label!r})"

    def __post_init__(self) -> None:
        """Refuse an empty command."""
        if not self.command:
            raise UsageError("no command after `--`. Example: mcp-proof verify -- npx my-server")

    @property
    def label(self) -> str:
        """The command line, with placeholders for its secrets."""
        return shown_command(self.command)

    @property
    def arguments(self) -> str:
        """The command behind its `--`."""
        return f"-- {self.label}"

    @property
    def secrets(self) -> GivenSecrets:
        """What the process is given: in its arguments, and in its environment."""
        variables = secrets_in_variables(os.environ) | secrets_in_variables(self.env)
        return secrets_in_command(self.command) | variables

    def started(self) -> AbstractAsyncContextManager[Self]:
        """There is nothing to start."""
        return nullcontext(self)

    def connect(self, name: str, recorder: Recorder, _timeout: float, /) -> Connection:
        """Return a connection that starts a process of its own."""
        return StdioConnection(self.command, name, recorder, env=self.env, cwd=self.cwd)
