"""A client of a Redis, by the package that the extra `queue` brings: imported where one is used."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit, urlunsplit

from mcp_proof_mocks.missing_extra import MissingExtraError

try:
    import redis.asyncio
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as GoneError
    from redis.exceptions import RedisError
except ModuleNotFoundError as error:
    raise MissingExtraError(
        f"a queue needs the package redis ({error}): pip install 'mcp-proof[queue]'"
    ) from error

__all__ = [
    "Command",
    "GoneError",
    "NoRedisError",
    "RedisClient",
    "RedisError",
    "redis_errors",
    "shown_redis",
]

Command: TypeAlias = tuple[str | bytes | int, ...]
"""A command and its arguments, as the manual of Redis has them."""
PAUSE: Final = 1
"""Seconds for which something is waited for at a time."""


class NoRedisError(Exception):
    """No Redis answers at an address, or it refuses."""


class RedisClient:
    """Sends commands, and hears the events of one channel; tries nothing twice.

    Whatever goes wrong raises `RedisError`, and `GoneError` where nothing answers. What comes back
    are bytes.
    """

    def __init__(self, url: str) -> None:
        library: Any = redis.asyncio  # its own types are only halfway there
        # Who finds all connections in use waits for one: any other pool fails then.
        pool = library.BlockingConnectionPool.from_url(
            url, timeout=None, retry=Retry(NoBackoff(), 0)
        )
        self._redis: Any = library.Redis.from_pool(pool)
        self._events: Any = self._redis.pubsub(ignore_subscribe_messages=True)

    async def command(self, *words: str | bytes | int) -> Any:  # noqa: ANN401  # as Redis answers
        """Return what a command gives."""
        return await self._redis.execute_command(*words)

    async def transaction(self, *commands: Command) -> list[Any]:
        """Return what several commands give, with no others between them."""
        async with self._redis.pipeline(transaction=True) as pipeline:
            for words in commands:
                pipeline.execute_command(*words)
            results: list[Any] = await pipeline.execute()
        return results

    async def subscribe(self, channel: str) -> None:
        """Hear the events of a channel from now on."""
        await self._events.subscribe(channel)

    async def event(self) -> bytes | None:
        """Return the next event; `None` when none came for a while."""
        said: Any = await self._events.get_message(timeout=PAUSE)
        return None if said is None else said["data"]

    async def close(self) -> None:
        """Close all connections."""
        await self._events.aclose()
        await self._redis.aclose()


def shown_redis(url: str) -> str:
    """Return the URL of a Redis without its credentials."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


@contextmanager
def redis_errors(url: str) -> Generator[None]:
    """Say of what a Redis refuses at which address it does.

    Raises:
        NoRedisError: in the place of an error of the package.
    """
    try:
        yield
    except RedisError as error:
        raise NoRedisError(f"{shown_redis(url)}: {error}") from error
