"""How a task of 2025-11-25 speaks to its client: its own response has gone long ago."""

from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from mcp_proof_contracts.headers import META_RELATED_TASK
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.call import Send

MOST_HELD: Final = 100


class Channel:
    """Speaks on the `tasks/result` that waits, otherwise unasked.

    Requests are held until somebody waits: that is what `input_required` tells the client to do
    (utilities/tasks, Input Required Status).
    """

    def __init__(self, task_id: str, tell: Send) -> None:
        self.related: JsonObject = {META_RELATED_TASK: {"taskId": task_id}}
        self._tell = tell
        self._waiting: list[Send] = []
        self._held: deque[Json] = deque(maxlen=MOST_HELD)

    def send(self, value: Json) -> None:
        """Send a message that belongs to the task, and say so in its `_meta`."""
        message = as_object(value)
        params = as_object(message.get("params"))
        meta: JsonObject = {**as_object(params.get("_meta")), **self.related}
        related: JsonObject = {**message, "params": {**params, "_meta": meta}}
        if "id" in message and not self._waiting:
            self._held.append(related)
        else:
            self.tell(related)

    def tell(self, value: Json) -> None:
        """Send a message as it is."""
        (self._waiting[-1] if self._waiting else self._tell)(value)

    @contextmanager
    def heard(self, send: Send) -> Generator[None]:
        """Speak by `send` while the block runs, beginning with what was held."""
        self._waiting.append(send)
        while self._held:
            send(self._held.popleft())
        try:
            yield
        finally:
            self._waiting.remove(send)
