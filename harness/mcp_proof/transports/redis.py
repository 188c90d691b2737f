"""A Redis as the way to a server: what is pushed, read and published is recorded."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Final

from mcp_proof.errors import PeerError
from mcp_proof.recorder import Recorder
from mcp_proof.transports.connection import Headers, Receiver, Sending, ignore
from mcp_proof_contracts.dialects.queue import COMPLETED, REQUESTS
from mcp_proof_contracts.framing import MAX_FRAME
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import as_object, parse
from mcp_proof_mocks.redis_client import RedisClient, RedisError, shown_redis

MILLISECONDS: Final = 1000
NOTHING: Final = "none"
STRING: Final = "string"
"""The type of a key that holds a text, as Redis says it."""
MANY_EVENTS: Final = 1000
EVENTS_LIMIT: Final = 64 * 1024 * 1024
"""Events that nobody waits for, and bytes of them, after which no more are kept."""


class RedisConnection:
    """One client of a Redis, with a second connection on which it hears events."""

    def __init__(self, url: str, name: str, recorder: Recorder, timeout: float) -> None:
        self.name = name
        self.receiver: Receiver = ignore
        self.recorder = recorder
        self.timeout = timeout
        self.alive = False
        """Whether messages can still be sent."""
        self.expects: Callable[[str], bool] = _nothing
        """Whether an event about a request with this id is ours to record."""
        self._shown = shown_redis(url)
        self._redis = RedisClient(url)
        self._hearing: asyncio.Task[None] | None = None
        self._publishing = asyncio.Lock()
        """Held while an event is sent and recorded, so that no answer is recorded before it."""
        self.heard = asyncio.Condition()
        """Notified after each event that was recorded."""
        self.completed: set[str] = set()
        """The ids of the requests of whose end an event has told."""
        self._events = self._bytes = 0
        """Events that tell of the end of no request, or of one again, and their size."""

    async def open(self) -> None:
        """Connect, and listen for events.

        Raises:
            PeerError: no Redis answers, or it refuses.
        """
        self.alive = True
        async with self._told():
            await self._redis.subscribe(COMPLETED)
        self._hearing = asyncio.create_task(self._hear())

    async def send(
        self, raw: bytes, _headers: Headers | None = None, /, *, probe: str = ""
    ) -> Sending:
        """Push one request, or what a probe pushes in its place.

        Raises:
            PeerError: the Redis is gone, or refuses.
        """
        self._record(EventKind.MESSAGE, REQUESTS, Sender.CLIENT, probe, raw)
        async with self._told():
            await self._redis.command("LPUSH", REQUESTS, raw)
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        return Sending(channel=REQUESTS, ended=ended, probe=probe, shared=True)

    async def take(self, key: str, probe: str) -> Event | None:
        """Read what stands under a key and remove it; `None` when nothing does.

        Raises:
            PeerError: the Redis is gone, or refuses.
        """
        async with self._told():
            found = await self._found(key)
            if found == NOTHING:
                return None
            if found != STRING:
                left, _ = await self._redis.transaction(("PTTL", key), ("DEL", key))
                data: JsonObject = {"text": found, "expires": _seconds(left)}
                return self._record(EventKind.BODY, key, Sender.SERVER, probe, data=data)
            commands = ("GET", key), ("PTTL", key), ("DEL", key)
            value, left, _ = await self._redis.transaction(*commands)
        if value is None:
            return None  # it has just expired
        data = {"expires": _seconds(left)}
        return self._record(EventKind.MESSAGE, key, Sender.SERVER, probe, value, data)

    async def _found(self, key: str) -> str:
        """Return what stands under a key: nothing, a string, or in words what is not to be read."""
        kind = str(await self._redis.command("TYPE", key), "ascii")
        if kind == NOTHING:
            return kind
        if kind != STRING:
            return f"a {kind} in place of a string"
        size = await self._redis.command("STRLEN", key)
        return f"a string of {size} bytes" if size > MAX_FRAME else kind

    async def withdraw(self, raw: bytes) -> bool:
        """Take a request back from the list; return whether it was still there.

        Raises:
            PeerError: the Redis is gone, or refuses.
        """
        async with self._told():
            return bool(await self._redis.command("LREM", REQUESTS, 1, raw))

    async def look(self, key: str) -> Json:
        """Return the JSON under a key, recorded where there is any.

        Raises:
            PeerError: the Redis is gone, or refuses.
        """
        async with self._told():
            is_text = await self._found(key) == STRING
            value = await self._redis.command("GET", key) if is_text else None
        if value is None:
            return None
        said = self._record(EventKind.MESSAGE, key, Sender.SERVER, "", value)
        return said.message.value if said.message is not None else None

    async def publish(self, channel: str, raw: bytes, probe: str) -> int:
        """Send an event; return how many listen on its channel.

        Raises:
            PeerError: the Redis is gone, or refuses.
        """
        async with self._publishing, self._told():
            receivers = int(await self._redis.command("PUBLISH", channel, raw))
            data: JsonObject = {"receivers": receivers}
            self._record(EventKind.MESSAGE, channel, Sender.CLIENT, probe, raw, data)
        return receivers

    async def clear(self, entries: Iterable[bytes], keys: Iterable[str]) -> None:
        """Remove entries from the list, and keys, as far as they are still there."""
        async with self._told():
            taken_back = (("LREM", REQUESTS, 1, raw) for raw in entries)
            await self._redis.transaction(*taken_back, *(("DEL", key) for key in keys))

    async def close(self) -> None:
        """End both connections."""
        self.alive = False
        if self._hearing is not None:
            self._hearing.cancel()
            await asyncio.gather(self._hearing, return_exceptions=True)
        with suppress(RedisError):  # it may be gone: then nothing is left to be closed
            await self._redis.close()

    async def _hear(self) -> None:
        """Hear events until the Redis is gone, or nobody needs them."""
        try:
            while self.alive:  # a cancellation can be lost where an event arrives just then
                if (raw := await self._redis.event()) is not None:
                    await self._take_event(raw)
        except RedisError:
            self.alive = False  # whatever is done next says so
        except Exception as error:  # noqa: BLE001  # a fault of our own, told at the end
            self.recorder.blame(error)
            self.alive = False

    async def _take_event(self, raw: bytes) -> None:
        """Record an event about a request of ours, or about none; others are not for us."""
        named = as_object(parse(raw).value).get("request_id")
        if isinstance(named, str) and not self.expects(named):
            return
        is_first = isinstance(named, str) and named not in self.completed
        if not is_first and self._floods(len(raw)):
            return
        async with self._publishing:
            self._record(EventKind.MESSAGE, COMPLETED, Sender.SERVER, "", raw)
        if isinstance(named, str):
            self.completed.add(named)
        async with self.heard:
            self.heard.notify_all()

    def _floods(self, size: int) -> bool:
        """Count an event that nobody waits for; return whether there were enough before."""
        flooded = self._events >= MANY_EVENTS or self._bytes >= EVENTS_LIMIT
        self._events += 1
        self._bytes += size
        return flooded

    def _record(  # noqa: PLR0913, PLR0917  # the members of an event
        self,
        kind: EventKind,
        channel: str,
        sender: Sender,
        probe: str,
        raw: bytes | None = None,
        data: JsonObject | None = None,
    ) -> Event:
        return self.recorder.record(
            kind,
            session=self.name,
            channel=channel,
            sender=sender,
            probe=probe,
            message=parse(raw) if raw is not None else None,
            data=data,
        )

    @asynccontextmanager
    async def _told(self) -> AsyncGenerator[None]:
        """Turn what Redis refuses, and that there is none, into errors about the peer."""
        try:
            if not self.alive:
                raise ConnectionError("the connection is lost")
            async with asyncio.timeout(self.timeout):
                yield
        except (RedisError, OSError) as error:
            self.alive = False
            raise PeerError(f"{self._shown}: {str(error) or 'it does not answer'}") from error


def _seconds(left: int) -> float | None:
    """Return what PTTL says is left of a key; `None` when it stays."""
    return left / MILLISECONDS if left >= 0 else None


def _nothing(_request_id: str) -> bool:
    return False
