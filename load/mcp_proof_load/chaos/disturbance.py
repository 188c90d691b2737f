"""When the server was disturbed, and what of that time it is not to blame for.

While a fault acts, and until the last call that it met has run into its timeout, calls are lost,
broken or late by the fault's doing. What is LOST then is no violation, and what was measured until
all is as before (or the timeout is over) is no part of what budgets and trends judge. Crossed,
bleeding and duplicated answers are violations all the same: no disturbance of a connection makes
them right; altered ones are, unless the fault was one that alters bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.measured import Window

SETTLING: Final = 1.0
"""Seconds beyond the timeout in which who was cut off has connected again."""
ALTERING: Final = "garbage"
"""The one fault that puts other bytes in the place of an answer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """A fault acted, or could have."""

    fault: str
    start: float
    """Seconds since the load began."""
    end: float
    acted: bool
    """Whether any bytes came while it was on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbances:
    """All of one run so far."""

    periods: Sequence[Disturbance] = ()
    timeout: float = 0.0
    """Seconds that a call waits for its answer."""

    @property
    def grace(self) -> float:
        """Seconds after a fault in which calls may still end by its doing."""
        return self.timeout + SETTLING

    def disturbed(self, at: float) -> bool:
        """Whether what is seen then (seconds since the load began) can be a fault's doing."""
        return self.within(at, at)

    def within(self, start: float, end: float) -> bool:
        """Whether that can be said of anything between two moments."""
        return any(each.start <= end and start <= each.end + self.grace for each in self.periods)

    def excuses(self, kind: Kind, at: float | None) -> bool:
        """Whether a violation is none of the server's.

        Args:
            kind: what was seen.
            at: when (seconds since the load began), or when the call began that is lost; `None`
                where that is not known: what is altered then may be a fault's doing.
        """
        if kind is Kind.LOST:
            return at is not None and self.disturbed(at)
        altering = any(each.fault.partition(":")[0] == ALTERING for each in self.periods)
        return kind is Kind.ALTERED and altering and (at is None or self.disturbed(at))

    def undisturbed(self, windows: Iterable[Window]) -> list[Window]:
        """Return the windows for which the server alone answers."""
        return [each for each in windows if not self.within(each.start, each.start + each.seconds)]
