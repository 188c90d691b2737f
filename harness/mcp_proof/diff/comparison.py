"""A comparison: what was compared with what, and what it came to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from mcp_proof.tally import VIOLATED
from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.verdict import (
    SemanticVersion,
    effect_of,
    semantic_version,
)
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secrets.mask import Mask

LEVELS: Final = {
    Effect.BREAKING: Level.MUST,
    Effect.UNKNOWN: Level.SHOULD,
    Effect.COMPATIBLE: Level.ADVICE,
}
"""How grave an effect is, as --fail-on has it."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What changed from the old to the new."""

    old: str
    """What was compared, as it was given, without secrets."""
    new: str
    changes: Sequence[Change]
    info: JsonObject = field(default_factory=dict[str, Json])
    """What the new server says of itself."""
    dialect: Dialect = Dialect.MCP
    fail_on: Level = Level.MUST
    mask: Mask = field(default_factory=Mask)
    """Applied to everything a report says."""
    file: str = ""
    """The file that reports point at; empty where none was compared."""

    @cached_property
    def verdict(self) -> Effect:
        """What all changes together do."""
        return effect_of(self.changes)

    @cached_property
    def semver(self) -> SemanticVersion:
        """How much of a version a release with them must raise."""
        return semantic_version(self.changes)

    @cached_property
    def gravest_first(self) -> list[Change]:
        """The changes, by what they do."""
        return [each for effect in LEVELS for each in self.changes if each.effect is effect]

    def fails(self, change: Change) -> bool:
        """Whether a change makes the comparison fail."""
        grave = (Level.MUST,) if self.fail_on is Level.MUST else (Level.MUST, Level.SHOULD)
        return LEVELS[change.effect] in grave

    @property
    def exit_code(self) -> int:
        """What the command ends with."""
        return VIOLATED if any(map(self.fails, self.changes)) else 0

    def count(self, effect: Effect) -> int:
        """How many changes do this."""
        return sum(change.effect is effect for change in self.changes)
