"""What is wrong with how a server took a malformed message."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from mcp_proof_contracts.rule import Level

Oracle: TypeAlias = Literal[
    "crash",
    "hang",
    "dead-after",
    "server-error",
    "malformed-answer",
    "unanswered",
    "answered-notification",
    "leak",
]
MUST: Final = Level.MUST
SHOULD: Final = Level.SHOULD
ADVICE: Final = Level.ADVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One thing that is wrong."""

    oracle: Oracle
    level: Level
    message: str
    """What is wrong, in one sentence about this occurrence."""
    expected: str
    actual: str
