"""One request as the features see it, and its ways back to the client while it is answered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import PROGRESS, as_object

T = TypeVar("T")
Send: TypeAlias = Callable[[Json], None]
"""Sends a message to the client before the answer, on the answer's own channel."""
Ask: TypeAlias = Callable[[Mapping[str, JsonObject]], Awaitable[dict[str, Json]]]
"""Asks the client several things (each a method and its params) and returns the results by name."""
Disconnect: TypeAlias = Callable[[int | None], None]
"""Ends the response that carries the answer, with the milliseconds after which to resume it."""
Detach: TypeAlias = Callable[[str], None]
"""Lets a call run on as a task with this status message; one that is a task gets the message."""

LOG_LEVELS: Final = (
    "debug",
    "info",
    "notice",
    "warning",
    "error",
    "critical",
    "alert",
    "emergency",
)
"""By severity (RFC 5424, as utilities/logging has them)."""


def stay(_retry_ms: int | None) -> None:
    """Do nothing: there is no response to end on this transport."""


def stay_attached(_message: str) -> None:
    """Do nothing: this call is answered by its own response."""


def stay_silent(_value: Json) -> None:
    """Send nothing: no channel leads to the client."""


class Waiting:
    """What a request waits for, so that its cancellation can end the waiting."""

    __slots__ = ("_futures", "cancelled")

    def __init__(self) -> None:
        self.cancelled = False
        self._futures: list[asyncio.Future[Any]] = []
        """The wait for an answer of a real server may hold one for an answer of the client."""

    def cancel(self) -> None:
        """End the wait, now or as soon as it begins."""
        self.cancelled = True
        for future in self._futures:
            future.cancel()

    async def until(self, future: "asyncio.Future[T]") -> T:
        """Wait for a future of one's own.

        Raises:
            CancelledError: the request was cancelled.
        """
        self._futures.append(future)
        if self.cancelled:
            future.cancel()
        try:
            return await future
        finally:
            self._futures.remove(future)

    async def within(self, seconds: float | None, work: "Awaitable[T]") -> T:
        """Do work that waits for something, for so many seconds at most.

        Raises:
            TimeoutError: it took longer, and was cancelled.
        """
        if seconds is None:
            return await work
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task}, timeout=seconds)
            if task.done():
                return task.result()
        finally:
            task.cancel()
        await asyncio.wait({task})  # it may have something to say about its end
        raise TimeoutError

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds.

        Raises:
            CancelledError: the request was cancelled.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Json] = loop.create_future()
        timer = loop.call_later(seconds, _finish, future)
        try:
            await self.until(future)
        finally:
            timer.cancel()


class Session(Protocol):
    """What a session of the stateful era remembers for its client."""

    log_level: str
    subscribed: set[str]
    """The URIs of the resources that the client wants to hear of."""
    ready: bool
    """Whether the handshake is done, so that the client may be spoken to unasked."""
    tell: Send
    """Sends what belongs to no request."""
    lasts: bool
    """Whether the client's next request finds this session again."""

    def asker(self, send: Send, waiting: Waiting) -> Ask:
        """Return the way to ask the client something by `send`."""
        ...


@dataclass(slots=True, kw_only=True)
class Call:
    """What a feature needs to know to answer one request."""

    id: Json
    method: str
    params: JsonObject
    revision: Revision
    client: JsonObject
    """The client's declared capabilities."""
    send: Send
    stateless: bool = False
    """Whether this is a request of the stateless era."""
    ask: Ask | None = None
    """`None` where servers ask through `input_required` results: in the stateless era."""
    session: Session | None = None
    """`None` in the stateless era."""
    disconnect: Disconnect = stay
    detach: Detach = stay_attached
    log_level: str | None = None
    """The least severe level that the client wants; `None` when it wants no log messages."""
    waiting: Waiting = field(default_factory=Waiting)
    principal: str = ""
    """Who calls, as a digest of what the request presents; "" for nobody in particular."""

    @property
    def is_resumed(self) -> bool:
        """Whether this is a later round of a call that was made before (patterns/mrtr)."""
        return self.stateless and "requestState" in self.params

    @property
    def meta(self) -> JsonObject:
        """The request's `_meta`."""
        return as_object(self.params.get("_meta"))

    def notify(self, method: str, params: JsonObject) -> None:
        """Send a notification on the answer's own channel."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def wants(self, level: str) -> bool:
        """Whether the client wants log messages of this level."""
        least = self.log_level
        return least is not None and LOG_LEVELS.index(level) >= LOG_LEVELS.index(least)

    def log(self, level: str, data: Json, logger: str | None = None) -> None:
        """Send a log message, when the client wants its level (utilities/logging)."""
        if not self.wants(level):
            return
        named: JsonObject = {} if logger is None else {"logger": logger}
        self.notify("notifications/message", {"level": level, **named, "data": data})

    def progress(self, params: JsonObject) -> None:
        """Report progress, when the client gave a token (utilities/progress)."""
        token = self.meta.get("progressToken")
        if token is not None:
            self.notify(PROGRESS, {"progressToken": token, **params})


def _finish(future: "asyncio.Future[Json]") -> None:
    if not future.done():
        future.set_result(None)
