"""One thing that changed between two surfaces."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from mcp_proof_contracts.json_value import Json

ChangeKind: TypeAlias = Literal["added", "removed", "changed"]


class Effect(StrEnum):
    """What a change does to a client that was written for the old surface."""

    BREAKING = "breaking"
    UNKNOWN = "unknown"
    """It could not be proved to be either."""
    COMPATIBLE = "compatible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A difference."""

    path: str
    """A JSON pointer into the surface: `/tools/echo/inputSchema/properties/text`."""
    kind: ChangeKind
    effect: Effect
    why: str
    """A sentence that argues the effect."""
    adds: bool = False
    """Whether a client can do more than before, which makes a minor version of it."""
    old: Json = None
    """What was there, of a change or a removal."""
    new: Json = None
