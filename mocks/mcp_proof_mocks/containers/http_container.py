"""A container that serves HTTP on one port."""

import http.client
import threading
import time
from collections.abc import Mapping
from typing import Final, NoReturn

from docker.errors import NotFound
from testcontainers.core.config import ConnectionMode
from testcontainers.core.container import DockerContainer

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_mocks.loopback import is_loopback

PATIENCE: Final = 60.0
"""Seconds that a server gets until it answers."""
PAUSE: Final = 0.1
"""Seconds between two looks at a server that starts."""
ONE_ANSWER: Final = 2.0
"""Seconds that a port gets for one answer, before it is asked again."""
QUOTED: Final = 6
"""Lines of a container's output that an error quotes."""
API_TIMEOUT: Final = 30
"""Seconds that the engine gets for one order."""
ENDED: Final = ("exited", "dead")


class ContainerFailedError(RuntimeError):
    """The container ended, or did not answer in time; the message has its last lines."""


class HttpContainer(DockerContainer):
    """A container whose port is published for this machine alone, where the engine runs here."""

    def __init__(self, image: str, port: int, env: Mapping[str, str] | None = None) -> None:
        super().__init__(image, env=dict(env or {}), docker_client_kw={"timeout": API_TIMEOUT})
        self.port = port
        self._given_up = threading.Event()
        client = self.get_docker_client()
        local = client.get_connection_mode() is ConnectionMode.docker_host
        if local and is_loopback(client.host()):
            # The library knows ports only; what it hands them to takes an address too.
            self.ports[f"{port}/tcp"] = ("127.0.0.1", None)  # type: ignore[assignment]  # pyright: ignore[reportArgumentType]
        else:
            self.with_exposed_ports(port)

    def address(self) -> tuple[str, int]:
        """Return host and port at which the server is reached from here."""
        host = self.get_container_host_ip()
        # No name, which may stand for an address of IPv6 too: nothing is published there.
        return "127.0.0.1" if host == "localhost" else host, self.get_exposed_port(self.port)

    def give_up(self) -> None:
        """Have `wait_until_it_answers` return, from another thread."""
        self._given_up.set()

    def wait_until_it_answers(self) -> None:
        """Return when the port answers HTTP, with whatever status.

        Raises:
            ContainerFailedError: the container ended, or has not answered in time.
        """
        end = time.monotonic() + PATIENCE
        while not self._answers() and not self._given_up.wait(PAUSE):
            if self._ended():
                self._fail(f"did not answer HTTP on port {self.port}")
            if time.monotonic() > end:
                self._fail(f"did not answer HTTP on port {self.port} in {PATIENCE:g} s")

    def last_words(self) -> str:
        """Return how the container ended, if it did, and what it printed last, for an error."""
        try:
            ended, container = self._ended(), self.get_wrapped_container()
            printed = container.logs(tail=QUOTED).decode(errors="replace")
        except NotFound:
            return "The container was removed."
        code = container.attrs["State"]["ExitCode"]
        how = f"The container has ended with exit code {code}." if ended else "The container runs."
        lines = "".join(f"\n    {excerpt(line)}" for line in printed.splitlines()[-QUOTED:])
        return f"{how} Its last lines:{lines}" if lines else f"{how} It printed nothing."

    def stop(self, force: bool = True, delete_volume: bool = True) -> None:  # noqa: FBT001, FBT002  # testcontainers' own
        """Remove the container, which may be gone already."""
        try:
            super().stop(force, delete_volume)
        except NotFound:
            self.get_docker_client().client.close()

    def _answers(self) -> bool:
        """Whether it answers: a published port accepts before anybody listens behind it."""
        try:
            connection = http.client.HTTPConnection(*self.address(), timeout=ONE_ANSWER)
            try:
                connection.request("GET", "/")
                connection.getresponse()
            finally:
                connection.close()
        except (OSError, http.client.HTTPException):
            return False
        return True

    def _ended(self) -> bool:
        self.reload()
        return self.status in ENDED

    def _fail(self, what: str) -> NoReturn:
        raise ContainerFailedError(f"{self.image} {what}. {self.last_words()}")
