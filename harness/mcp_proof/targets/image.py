"""A server in a container image: over HTTP where it has a port, otherwise over stdio."""

import asyncio
import os
import shlex
import shutil
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final, Self, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from mcp_proof.errors import NotSpokenError, PeerError, UsageError
from mcp_proof.recorder import Recorder
from mcp_proof.targets.target import Target
from mcp_proof.targets.url import UrlTarget
from mcp_proof.transports.connection import Connection
from mcp_proof.transports.container import ContainerConnection
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import GivenSecrets, secrets_in_variables
from mcp_proof_contracts.secrets.known import masked
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_mocks.loopback import is_loopback

PATH: Final = "/mcp"
LABEL: Final = "mcp-proof.run"

T = TypeVar("T")


def image_target(
    image: str,
    endpoint: str | None = None,
    *,
    env: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    options: str = "",
) -> Target:
    """Return the target that an image is: over HTTP where it exposes a port, otherwise over stdio.

    Args:
        image: its name; an image that is not here is pulled.
        endpoint: its URL as the container sees it; `None` is `/mcp` at the exposed port.
        env: the variables of the container's environment.
        headers: what HTTP requests carry.
        options: how the headers were given, without their secrets, for reproductions.

    Raises:
        UsageError: testcontainers is missing, or it exposes several ports and no endpoint is given.
        PeerError: there is no such image, or no container engine.
    """
    if not image:
        raise UsageError("an empty name is no image. Example: mcp-proof verify --image my/server")
    carried, variables = headers or {}, env or {}
    if endpoint is not None:
        inside = _seen_inside(endpoint, carried)
        _exposed_ports(image)
        shown = f"--endpoint {shlex.quote(inside.label)} {options}".strip()
        return HttpImageTarget(image, inside, variables, shown)
    ports = _exposed_ports(image)
    if len(ports) == 1:
        inside = UrlTarget(f"http://localhost:{ports[0]}{PATH}", carried)
        return HttpImageTarget(image, inside, variables, options)
    hint = f"Give the endpoint as the container sees it: http://localhost:PORT{PATH}"
    if ports:
        raise UsageError(f"{image} exposes the ports {', '.join(map(str, ports))}. {hint}")
    if headers:
        raise UsageError(f"{image} exposes no port, and stdio has no headers. {hint}")
    return StdioImageTarget(image, variables)


def _seen_inside(url: str, headers: Mapping[str, str]) -> UrlTarget:
    inside = UrlTarget(url, headers)
    parts = urlsplit(url)
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        return inside
    raise UsageError(
        f"{inside.label}: the endpoint of an image is its URL as the container sees it, such as "
        f"http://localhost:{parts.port or 8000}{PATH}"
    )


def _exposed_ports(image: str) -> list[int]:
    try:
        from mcp_proof.container_engine import exposed_ports  # noqa: PLC0415  # it is an extra
    except ImportError as error:
        raise UsageError(
            f"an image needs testcontainers ({error}): pip install 'mcp-proof[containers]'"
        ) from error
    return exposed_ports(image)


@dataclass(frozen=True, slots=True)
class HttpImageTarget:
    """One container for the whole run, whose port is published on this machine."""

    image: str
    inside: UrlTarget
    """The endpoint as the container sees it."""
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    options: str = ""
    """How all but the image was given, without secrets, for reproductions."""

    transport: TransportName = "http"

    @property
    def label(self) -> str:
        """The image's name."""
        return masked(self.image)

    @property
    def arguments(self) -> str:
        """The image as an option."""
        return f"--image {shlex.quote(self.label)} {self.options}".strip()

    @property
    def secrets(self) -> GivenSecrets:
        """Those of the endpoint, and what the container's variables hold."""
        return self.inside.secrets | secrets_in_variables(self.env)

    @asynccontextmanager
    async def started(self) -> AsyncGenerator[UrlTarget]:
        """Start the container, and remove it in the end."""
        from mcp_proof.container_engine import errors_told, http_container  # noqa: PLC0415  # an extra

        parts, mask = urlsplit(self.inside.url), Mask(self.secrets.values)
        container = await _finished(lambda: http_container(self.image, parts.port or 80, self.env))
        running = False
        try:
            with errors_told():
                await _finished(container.start)
                await _finished(container.wait_until_it_answers, hurry=container.give_up)
                host, port = container.address()
            running = True
            inside = parts._replace(netloc=f"{host}:{port}")
            yield replace(self.inside, url=inside.geturl(), forwarded=True)
        except NotSpokenError:
            raise  # it answers: there is nothing to tell of the container
        except PeerError as error:
            words = f"\n{await _finished(container.last_words)}" if running else ""
            raise PeerError(mask(f"{error}{words}")) from error
        finally:
            with errors_told():
                await _finished(container.stop)


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
            await _finished(lambda: remove_labelled(f"{LABEL}={run}"))

    def connect(self, name: str, recorder: Recorder, _timeout: float, /) -> Connection:
        """Return a connection that starts a container of its own."""
        from mcp_proof.container_engine import full_name  # noqa: PLC0415  # an extra

        container = f"mcp-proof-{uuid4().hex}"
        # The value of a variable is in our environment, not among the arguments that all may see.
        variables = [f"--env={variable}" for variable in self.env]
        # With --init signals end the server as they do outside of a container.
        command = ["docker", "run", "--rm", "--interactive", "--init", "--pull=never"]
        command += [f"--name={container}", f"--label={LABEL}={self.run}", *variables]
        command += [full_name(self.image)]
        return ContainerConnection(container, command, name, recorder, env=self.env)


def _nothing() -> None:
    pass


async def _finished(work: Callable[[], T], *, hurry: Callable[[], None] = _nothing) -> T:
    """Return what `work` returns in a thread; a cancellation waits for its end, for it has begun.

    `hurry` is called then, to make that soon.
    """
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.wait({running})
    except asyncio.CancelledError:
        hurry()
        await asyncio.gather(running, return_exceptions=True)
        raise
    return running.result()
