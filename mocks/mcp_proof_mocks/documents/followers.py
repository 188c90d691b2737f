"""Who hears of something as it happens."""

from collections.abc import Callable
from typing import TypeAlias

from mcp_proof_contracts.json_value import JsonObject

Hear: TypeAlias = Callable[[JsonObject], None]


class Followers:
    """All that listen to one thing."""

    def __init__(self) -> None:
        self._hear: list[Hear] = []

    def __len__(self) -> int:
        return len(self._hear)

    def add(self, hear: Hear) -> None:
        """Tell somebody from now on."""
        self._hear.append(hear)

    def remove(self, hear: Hear) -> None:
        """Tell somebody no more."""
        self._hear.remove(hear)

    def tell(self, event: JsonObject) -> None:
        """Tell everybody."""
        for hear in list(self._hear):
            hear(event)
