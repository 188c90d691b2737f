"""A server in a container that is reached over HTTP."""

import shlex
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from mcp_proof.errors import NotSpokenError, PeerError
from mcp_proof.in_thread import in_thread
from mcp_proof.targets.url import UrlTarget
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import GivenSecrets, secrets_in_variables
from mcp_proof_contracts.secrets.known import masked
from mcp_proof_contracts.secrets.mask import Mask


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
        container = await in_thread(lambda: http_container(self.image, parts.port or 80, self.env))
        running = False
        try:
            with errors_told():
                await in_thread(container.start)
                await in_thread(container.wait_until_it_answers, hurry=container.give_up)
                host, port = container.address()
            running = True
            inside = parts._replace(netloc=f"{host}:{port}")
            yield replace(self.inside, url=inside.geturl(), forwarded=True)
        except NotSpokenError:
            raise  # it answers: there is nothing to tell of the container
        except PeerError as error:
            words = f"\n{await in_thread(container.last_words)}" if running else ""
            raise PeerError(mask(f"{error}{words}")) from error
        finally:
            with errors_told():
                await in_thread(container.stop)
