"""Complaints as they come up: of each kind the smallest case that shows it."""

from dataclasses import dataclass

from mcp_proof.fuzz.case import Case, Step
from mcp_proof.fuzz.failure import WEIGHTS, Complaint
from mcp_proof_contracts.rule import Level


@dataclass(slots=True)
class Sighting:
    """A kind of failure that was seen and is not told yet."""

    label: str
    complaint: Complaint
    case: Case
    """The smallest that showed it."""
    before: tuple[Step, ...]
    """What had been sent on the session before that case."""
    seen: int = 1


class Sightings:
    """What was seen, by operation and kind; what was told once is not taken up again."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, tuple[str, str]], Sighting] = {}
        self._told: set[tuple[str, tuple[str, str]]] = set()

    def add(self, label: str, complaint: Complaint, case: Case, before: tuple[Step, ...]) -> None:
        """Note that a case showed a failure.

        What a rule only recommends is seldom about one operation: it is told once for the server.
        """
        everywhere = complaint.by_rule and complaint.level is not Level.MUST
        key = ("" if everywhere else label, complaint.key)
        known = self._open.get(key)
        if key in self._told:
            return
        if known is None:
            self._open[key] = Sighting(label, complaint, case, before)
            return
        known.seen += 1
        weights = (WEIGHTS[complaint.level], WEIGHTS[known.complaint.level])
        if (weights[0], case.size) < (weights[1], known.case.size):
            known.complaint, known.case, known.before = complaint, case, before

    def take(self) -> list[Sighting]:
        """Return what is not told yet, and hold it for told from now on."""
        found = list(self._open.values())
        self._told |= set(self._open)
        self._open = {}
        return found
