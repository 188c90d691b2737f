"""A server in a container of its own: the process is `docker run`, and not the server itself."""

import asyncio
from collections.abc import Mapping, Sequence

from mcp_proof.recorder import Recorder
from mcp_proof.transports.stdio import EXIT_GRACE, StdioConnection


class ContainerConnection(StdioConnection):
    """One run of a container."""

    def __init__(
        self,
        container: str,
        command: Sequence[str],
        name: str,
        recorder: Recorder,
        *,
        env: Mapping[str, str],
    ) -> None:
        super().__init__(command, name, recorder, env=env)
        self._container = container

    async def shut_down(self, first: str, grace: float = EXIT_GRACE, *, probe: str = "") -> None:
        """End the process, and the container too where that outlives it."""
        started = self.pid
        try:
            await super().shut_down(first, grace, probe=probe)
        finally:
            if started:
                from mcp_proof.container_engine import remove_container  # noqa: PLC0415  # an extra

                await asyncio.to_thread(remove_container, self._container)
