"""An operation on many documents, and its progress."""

from collections.abc import Callable
from typing import Final, TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.documents.followers import Followers

Say: TypeAlias = Callable[[Callable[[JsonObject], None], JsonObject], None]
"""Has a function called with an event where the server lives: in its own thread."""
RUNNING: Final = "running"
COMPLETED: Final = "completed"
FAILED: Final = "failed"


class Operation:
    """What `operation_id` names. Everybody who follows it hears it from its beginning."""

    def __init__(self, operation_id: str, total: int, say: Say) -> None:
        self.id = operation_id
        self.total = total
        self.current = 0
        self.followers = Followers()
        self.told: list[JsonObject] = []
        """Its progress so far."""
        self._say = say

    def advance(self, message: str = "") -> None:
        """Tell that one more document is done; with the last one it is completed."""
        self.current += 1
        self._tell(COMPLETED if self.current >= self.total else RUNNING, message)

    def complete(self, message: str = "") -> None:
        """Tell that all is done."""
        self.current = self.total
        self._tell(COMPLETED, message)

    def fail(self, message: str) -> None:
        """Tell that it has failed, and why."""
        self._tell(FAILED, message)

    def _tell(self, status: str, message: str) -> None:
        counts: dict[str, Json] = {"current": self.current, "total": self.total}
        event: JsonObject = {**counts, "message": message, "status": status}
        self._say(self._publish, event)

    def _publish(self, event: JsonObject) -> None:
        self.told.append(event)
        self.followers.tell(event)
