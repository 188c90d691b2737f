"""A server behind the lists and channels of a Redis."""

import os
import re
import shlex
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from mcp_proof.errors import UsageError
from mcp_proof.recorder import Recorder, shown_url
from mcp_proof.targets.url import harmless_url
from mcp_proof.transports.connection import Connection
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import GivenSecrets, secrets_in_url, secrets_in_variables
from mcp_proof_contracts.secrets.mask import Mask

REDIS: Final = ("redis://", "rediss://")
"""What the URL of a Redis begins with; the second is spoken to over TLS."""
DATABASE: Final = re.compile(r"/?\d*")


@dataclass(frozen=True, slots=True)
class RedisTarget:
    """A server that takes requests from a list of a Redis, and answers there."""

    url: str

    transport: TransportName = "redis"

    def __repr__(self) -> str:
        return f"RedisTarget({self.label!r})"

    def __post_init__(self) -> None:
        """Refuse what is no address of a Redis."""
        if (problem := redis_problem(self.url)) is not None:
            raise UsageError(
                f"{harmless_url(self.url)!r} is no address of a Redis: {problem}. Give one such as "
                "redis://localhost:6379/0."
            )

    @property
    def label(self) -> str:
        """The URL without its credentials."""
        return Mask(secrets_in_url(self.url).values)(shown_url(self.url))

    @property
    def arguments(self) -> str:
        """The URL as an argument."""
        return shlex.quote(self.label)

    @property
    def secrets(self) -> GivenSecrets:
        """What the URL holds, and what the environment holds."""
        return secrets_in_url(self.url) | secrets_in_variables(os.environ)

    def started(self) -> AbstractAsyncContextManager[Self]:
        """There is nothing to start."""
        return nullcontext(self)

    def connect(self, name: str, recorder: Recorder, timeout: float, /) -> Connection:
        """Return a client of the Redis."""
        from mcp_proof.transports.redis import RedisConnection  # noqa: PLC0415  # an extra

        return RedisConnection(self.url, name, recorder, timeout)


def redis_problem(url: str) -> str | None:
    """Return why a text is no address of a Redis, or `None`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        # Where there are credentials the error may quote a part of them.
        return str(error) if "@" not in url else "it cannot be read"
    if not url.startswith(REDIS) or not parts.hostname:
        return "it needs redis:// or rediss://, and a host"
    if port == 0:
        return "port 0 is no port"
    if not DATABASE.fullmatch(parts.path):
        return "its path is the number of a database"
    return "options behind the path are not taken" if parts.query or parts.fragment else None
