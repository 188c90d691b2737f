"""Who hears of something as it happens."""

from collections.abc import Callable
from typing import TypeAlias

from mcp_proof_contracts.json_value import JsonObject

Hear: TypeAlias = Callable[[JsonObject], None]
End: TypeAlias = Callable[[], None]


class Followers:
    """All that listen to one thing."""

    def __init__(self) -> None:
        self._ends: dict[Hear, End] = {}

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, hear: Hear, end: End) -> None:
        """Tell somebody from now on; `end` is called when nothing more comes."""
        self._ends[hear] = end

    def remove(self, hear: Hear) -> None:
        """Tell somebody no more."""
        del self._ends[hear]

    def tell(self, event: JsonObject) -> None:
        """Tell everybody."""
        for hear in list(self._ends):
            hear(event)

    def close(self) -> None:
        """Tell everybody that nothing more comes."""
        for end in list(self._ends.values()):
            end()
