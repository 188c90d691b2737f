"""Who hears of the tools that a mock executes: event streams and webhooks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.webhook import executed

NOTHING: Final = timedelta()
TICK: Final = timedelta(microseconds=1)
"""What tells two events apart that happened at the same time."""
SECOND: Final = timedelta(seconds=1)
"""By more than this only a clock that was set differs."""


class Listener(Protocol):
    """Somebody who hears of every execution."""

    def hear(self, event: JsonObject) -> None:
        """Take an event."""
        ...

    def end(self) -> None:
        """Take note that no other event comes."""
        ...


class Executions:
    """Tells what was executed, each time with another timestamp."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=UTC)
        self.listeners: set[Listener] = set()

    def tell(self, tool: str, params: JsonObject, result: Json) -> None:
        """Tell that a tool has answered a call with these params."""
        if not self.listeners:
            return
        now = datetime.fromtimestamp(self._clock(), UTC)
        since = self._last - now
        self._last = self._last + TICK if NOTHING <= since < SECOND else now
        event = executed(tool, params, result, self._last)
        for listener in list(self.listeners):
            listener.hear(event)

    def close(self) -> None:
        """Tell that the server stops."""
        for listener in list(self.listeners):
            listener.end()
