"""A server in a container that is spoken to over stdio."""

import os
import shlex
import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final, Self
from uuid import uuid4

from mcp_proof.errors import PeerError
from mcp_proof.in_thread import in_thread
from mcp_proof.recorder import Recorder
from mcp_proof.transports.connection import Connection
from mcp_proof.transports.container import ContainerConnection
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import GivenSecrets, secrets_in_variables
from mcp_proof_contracts.secrets.known import masked

LABEL: Final = "mcp-proof.run"


@dataclass(frozen=True, slots=True)
class StdioImageTarget:
    """A container for each connection, which `docker run` connects with our pipes."""

    image: str
    env: Mapping[str, str] = field(default_factory=dict[str, str])

    run: str = ""
    """What the containers of one run are labelled with."""
    transport: TransportName = "stdio"

    @property
    def label(self) -> str:
        """The image's name."""
        return masked(self.image)

    @property
    def arguments(self) -> str:
        """The image as an option."""
        return f"--image {shlex.quote(self.label)}"

    @property
    def secrets(self) -> GivenSecrets:
        """What the container's variables hold, and our own environment."""
        return secrets_in_variables(self.env) | secrets_in_variables(os.environ)

    @asynccontextmanager
    async def started(self) -> AsyncGenerator[Self]:
        """Nothing is started yet; in the end no container is left."""
        from mcp_proof.container_engine import remove_labelled  # noqa: PLC0415  # an extra

        if shutil.which("docker") is None:
            raise PeerError(
                f"the image {self.image} is spoken to over stdio by the command `docker`, which is "
                "not on the PATH"
            )
        run = uuid4().hex
        try:
            yield replace(self, run=run)
        finally:
            await in_thread(lambda: remove_labelled(f"{LABEL}={run}"))

    @property
    def command(self) -> list[str]:
        """What starts a container that reads from our pipes, and is removed with the run."""
        return self._command()

    def connect(self, name: str, recorder: Recorder, _timeout: float, /) -> Connection:
        """Return a connection that starts a container of its own."""
        container = f"mcp-proof-{uuid4().hex}"
        command = self._command(f"--name={container}")
        return ContainerConnection(container, command, name, recorder, env=self.env)

    def _command(self, *options: str) -> list[str]:
        from mcp_proof.container_engine import full_name  # noqa: PLC0415  # an extra

        # The value of a variable is in our environment, not among the arguments that all may see.
        variables = [f"--env={variable}" for variable in self.env]
        # With --init signals end the server as they do outside of a container.
        command = ["docker", "run", "--rm", "--interactive", "--init", "--pull=never"]
        command += [*options, f"--label={LABEL}={self.run}", *variables]
        return [*command, full_name(self.image)]
