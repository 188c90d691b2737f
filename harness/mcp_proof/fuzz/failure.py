"""What an oracle complains of, and what becomes of it: a failure, told once."""

from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Level

WEIGHTS: Final = {level: number for number, level in enumerate(Level)}
"""The gravest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One thing that an oracle objects to in what was seen."""

    oracle: str
    """The oracle's name, or the id of a rule."""
    level: Level
    """MUST fails the run, SHOULD warns, ADVICE only tells."""
    detail: str = ""
    """What tells failures of one operation and one oracle apart: it stays while inputs shrink."""
    about: str = ""
    """The label of the operation, where it is not that of the last step."""
    by_rule: bool = False
    """Whether it is a rule that objects."""
    message: str
    """What is wrong, in one sentence."""
    expected: str
    actual: str

    @property
    def key(self) -> tuple[str, str]:
        """What is reported once for each operation."""
        return self.oracle, self.detail

    def is_like(self, other: "Complaint") -> bool:
        """Whether it is of the same kind, and weighs no less."""
        return self.key == other.key and WEIGHTS[self.level] <= WEIGHTS[other.level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A complaint with the smallest input that shows it."""

    operation: str
    """The label of the operation whose input it is."""
    complaint: Complaint
    case: Json
    """The input: one step, a list of steps, or bytes; `--case` takes it."""
    reproduce: str
    """A command that shows it again."""
    reproduced: bool
    """Whether it showed again on a session of its own; if not, it was seen once."""
    seen: int
    """How many inputs showed it before it was shrunk."""
    seed: int
