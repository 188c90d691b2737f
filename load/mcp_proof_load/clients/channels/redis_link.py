"""A Redis through which many calls are under way."""

import time
from typing import Any, Final, cast

from gevent import Greenlet, Timeout, spawn
from gevent.event import AsyncResult, Event

from mcp_proof.errors import UsageError
from mcp_proof_contracts.dialects.queue import REQUESTS, response_key
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_load.clients.client import BrokenError, Sent, SilentError
from mcp_proof_load.clients.hub import sleep

try:
    import redis
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError
    from redis.retry import Retry
except ModuleNotFoundError as error:
    raise UsageError(
        f"a queue needs {error.name}, which is not installed: pip install 'mcp-proof[queue]'"
    ) from error

PAUSE: Final = 0.001
"""Seconds between two looks for responses, which is how exactly their times are known; longer where
a look takes longer, so that a slow Redis is not kept busy by looks alone."""


class RedisLink:
    """Connections to a Redis, and one greenlet that looks for all responses together."""

    def __init__(self, url: str, connections: int, timeout: float) -> None:
        """Connect.

        Args:
            url: of the Redis.
            connections: how many push at the same time; 0 for as many as do.
            timeout: seconds to wait for the Redis itself.

        Raises:
            BrokenError: none answers.
        """
        library: Any = redis  # its own types are only halfway there
        bound = {"max_connections": connections + 1, "timeout": None} if connections else {}
        pool = library.BlockingConnectionPool if connections else library.ConnectionPool
        # A request that was pushed twice would be executed twice.
        retry = Retry(NoBackoff(), 0)
        self._pool: Any = pool.from_url(url, socket_timeout=timeout, retry=retry, **bound)
        self._redis: Any = library.Redis(connection_pool=self._pool)
        self._waiting: dict[str, AsyncResult[bytes]] = {}
        """By the key under which somebody waits for a response."""
        self._given_up: list[str] = []
        """The keys at which nobody will look any more."""
        self._some = Event()
        self._why = ""
        try:
            self._redis.ping()
        except RedisError as error:
            self._pool.disconnect()
            raise BrokenError(excerpt(f"no Redis answers: {error}")) from error
        self._looking: Greenlet[..., object] = spawn(self._look)

    @property
    def alive(self) -> bool:
        """Whether calls can still be made."""
        return not self._why

    def ask(self, request_id: str, raw: bytes, timeout: float, sent: Sent) -> bytes:
        """Push a request, and wait for its response, which is removed.

        Raises:
            BrokenError: the Redis is gone, or refuses.
            SilentError: there is no response in time; the request is taken back.
        """
        if self._why:
            raise BrokenError(self._why)
        key = response_key(request_id)
        answer: AsyncResult[bytes] = AsyncResult()
        self._waiting[key] = answer
        try:
            self._redis.lpush(REQUESTS, raw)
            sent()
            self._some.set()
            body = cast("bytes", answer.get(timeout=timeout))
        except Timeout as silence:
            raise SilentError(self._withdrawn(key, raw, timeout)) from silence
        except RedisError as error:
            raise BrokenError(excerpt(f"the Redis refuses: {error}")) from error
        else:
            return body
        finally:
            self._waiting.pop(key, None)

    def close(self) -> None:
        """Remove what came too late, and close the connections."""
        self._end("the connection to the Redis is closed")
        self._looking.kill()
        try:
            if self._given_up:
                self._redis.delete(*self._given_up)
        except RedisError:
            pass  # it is gone, and what was left in it is nobody's concern
        finally:
            self._pool.disconnect()

    def _withdrawn(self, key: str, raw: bytes, timeout: float) -> str:
        """Take a request back; return whether anybody had taken it before."""
        self._given_up.append(key)
        try:
            taken = not self._redis.lrem(REQUESTS, 1, raw)
        except RedisError as error:
            raise BrokenError(excerpt(f"the Redis refuses: {error}")) from error
        what = "it was taken from the list" if taken else "nobody took it from the list"
        return f"no response within {timeout:g} s; {what}"

    def _end(self, why: str) -> None:
        self._why = self._why or why
        for answer in self._waiting.values():
            answer.set_exception(BrokenError(self._why))

    def _look(self) -> None:
        try:
            while True:
                self._some.wait()
                if not self._waiting:
                    self._some.clear()
                    continue
                began = time.monotonic()
                self._fetch()
                sleep(max(PAUSE, time.monotonic() - began))
        except RedisError as error:
            self._end(excerpt(f"the Redis is gone: {error}"))

    def _fetch(self) -> None:
        """Take all responses that are there."""
        keys = list(self._waiting)
        found = [(k, v) for k, v in zip(keys, self._redis.mget(keys), strict=True) if v is not None]
        if found:
            self._redis.delete(*(key for key, _ in found))
        for key, value in found:
            if (answer := self._waiting.pop(key, None)) is not None:
                answer.set(value)
