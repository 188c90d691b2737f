from dataclasses import dataclass
from enum import IntEnum

from mcp_proof_contracts.json_value import Json


class Rank(IntEnum):
    """How early a variation is tried."""

    PROMISE = 0
    """What the schema draws a line at."""
    TELLING = 1
    """What servers often forget."""
    CANARY = 2
    """What is dangerous where it is taken for code."""
    REST = 3


@dataclass(frozen=True, slots=True)
class Variation:
    """A value to try at a place."""

    rank: Rank
    value: Json
