from abc import ABC, abstractmethod
from random import Random
from typing import Final

from mcp_proof_contracts.generate.document import Document
from mcp_proof_contracts.json_value import Json

_ENOUGH: Final = 200
"""Parts of a value after which only what is needed is added."""


class Draw(ABC):
    """One attempt at a value."""

    def __init__(
        self, document: Document, random: Random, share: float, *, takes_suggestions: bool
    ) -> None:
        self.document = document
        self.random = random
        self.share = share
        """How many of the parts that may be left out are made."""
        self.takes_suggestions = takes_suggestions
        """Whether `examples` and `default` are used now and then; not all of them are valid."""
        self.parts: int = 0

    @abstractmethod
    def of(self, schema: Json, room: int) -> Json:
        """Return what keeps `schema` in all likelihood, with about `room` levels."""

    def wants(self, schema: Json, room: int) -> bool:
        """Whether to make a part that may be left out: it must end within the room."""
        return (
            self.random.random() < self.share
            and self.parts < _ENOUGH
            and self.document.height(schema) <= room
        )
