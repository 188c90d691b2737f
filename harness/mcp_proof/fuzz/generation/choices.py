"""What the user gave to generate from, beside the schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from hypothesis.strategies import SearchStrategy

from mcp_proof_contracts.json_value import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Values and strategies of the user's own for one tool."""

    examples: tuple[JsonObject, ...] = ()
    """Whole arguments."""
    dictionary: tuple[Json, ...] = ()
    """Values that are tried wherever they fit."""
    properties: Mapping[str, SearchStrategy[Json]] = field(
        default_factory=dict[str, SearchStrategy[Json]]
    )
    """By the JSON pointer of the argument (`/user/name`), or by the name of a property."""
    formats: Mapping[str, SearchStrategy[Json]] = field(
        default_factory=dict[str, SearchStrategy[Json]]
    )


NO_CHOICES: Final = Choices()
