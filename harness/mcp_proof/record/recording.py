"""Standing between a client and a server."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof.record.guarded import GuardedTap
from mcp_proof.record.http.sessions import Sessions
from mcp_proof.record.http.tap import HttpTap
from mcp_proof.record.http.upstream_head import UpstreamHead
from mcp_proof.record.lines import LinesTap
from mcp_proof.record.redis.tap import RedisTap
from mcp_proof.transports.tls import trusted
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_mocks.loopback import is_loopback
from mcp_proof_mocks.stream.stdio_relay import relay_stdio
from mcp_proof_mocks.stream.tap import Tap, TappedConnection
from mcp_proof_mocks.stream.tcp_relay import relaying

OURS: Final = {
    "http": "http",
    "https": "http",
    "ws": "ws",
    "wss": "ws",
    "redis": "redis",
    "rediss": "redis",
}
"""How the URL that clients use instead begins, by how the target's does."""
OVER_TLS: Final = ("https", "wss", "rediss")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a recorder listens."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free one."""


async def record_command(
    cassette: CassetteWriter,
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
) -> int:
    """Run a command between our own standard input and output, and record what passes.

    Returns:
        The command's exit code, or 128 and the number of the signal that killed it.

    Raises:
        CannotStartError: the command cannot be started.
    """
    tap = LinesTap(cassette, cassette.header.peer)
    connection = TappedConnection(GuardedTap(tap, cassette))
    code = await relay_stdio(command, connection, env=env, cwd=cwd, hear=tap.heard)
    tap.exited(code)
    return code


@asynccontextmanager
async def recording_url(  # noqa: PLR0913  # what is recorded, and how it is reached
    cassette: CassetteWriter,
    url: str,
    place: Place,
    *,
    headers: Mapping[str, str],
    dialect: Dialect | None,
    tell: Callable[[str], None],
) -> AsyncGenerator[str]:
    """Stand in front of the server at a URL while the block runs; gives the URL to use instead.

    That URL has no query: the target's own is added to what clients ask of it.

    Args:
        cassette: what is recorded goes there.
        url: the server.
        place: where to listen.
        headers: what is added to each request.
        dialect: what is spoken; `None` finds out.
        tell: told what the client cannot see, such as a server that cannot be reached.

    Raises:
        OSError: it cannot listen.
    """
    target = urlsplit(url)
    head = UpstreamHead(target, headers, exposed=not is_loopback(place.host))
    taps = _taps(cassette, head, target.scheme, dialect)

    def connection() -> TappedConnection:
        tap = taps()
        refusal = tap.refusal if isinstance(tap, HttpTap) else None
        return TappedConnection(GuardedTap(tap, cassette), refusal)

    tls = trusted() if target.scheme in OVER_TLS else None
    relay = relaying(target, connection, host=place.host, port=place.port, tell=tell, tls=tls)
    async with relay as bound:
        scheme = OURS[target.scheme]
        # What is printed is masked, so a query with a secret in it would be of no use.
        ours = target if scheme == "redis" else target._replace(query="", fragment="")
        yield ours._replace(scheme=scheme, netloc=bound).geturl()


def _taps(
    cassette: CassetteWriter, head: UpstreamHead, scheme: str, dialect: Dialect | None
) -> Callable[[], Tap]:
    """Return what makes the tap of each connection."""
    if OURS[scheme] == "redis":
        cassette.correct(replace(cassette.header, dialect=Dialect.QUEUE))
        return lambda: RedisTap(cassette)
    sessions = Sessions(cassette, dialect)
    return lambda: HttpTap(cassette, sessions, head)
