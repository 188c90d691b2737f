"""The knee: the load after which calls take longer, and no more of them come.

It is the first level after which more load is in vain: compared with it, the throughput of the
later levels rises by less than a tenth of what their load does, while their p95 is higher. That is
asked of their median, for one level may have met a busy neighbour; so two later ones are needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import median
from typing import Final

from mcp_proof_load.analysis.load_level import LoadLevel

LATER: Final = 2
"""Levels after the knee that it takes to see it."""
FEWEST: Final = LATER + 1
WORTH: Final = 0.1
"""The share of the load's rise that the throughput must rise by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knee:
    """Where a server has its knee, as far as the load went."""

    last: LoadLevel | None
    """The last level that was worth its load; `None` where no knee was seen."""
    said: str
    """A sentence for reports."""


def knee(levels: Sequence[LoadLevel], unit: str) -> Knee:
    """Return the knee.

    Args:
        levels: from the lowest up, as `load_levels` returns them.
        unit: what the load is counted in: `users`, or `calls/s`.
    """
    if len(levels) < FEWEST:
        return Knee(last=None, said=f"{len(levels)} levels of load are too few to see a knee")
    for at, level in enumerate(levels[:-LATER]):
        if _in_vain(level, levels[at + 1 :]):
            return Knee(last=level, said=_said(level, levels[at + 1], unit))
    peak = levels[-1]
    return Knee(
        last=None,
        said=f"no knee up to {peak.load:.0f} {unit}: there it answers {peak.rate:.0f} calls/s",
    )


def _in_vain(level: LoadLevel, later: Sequence[LoadLevel]) -> bool:
    if level.p95 is None:
        return False
    gained = median((each.rate / level.rate - 1) / (each.load / level.load - 1) for each in later)
    p95 = median(inf if each.p95 is None else each.p95 for each in later)
    return gained < WORTH and p95 > level.p95


def _said(level: LoadLevel, later: LoadLevel, unit: str) -> str:
    return (
        f"the knee is at {level.load:.0f} {unit}: {_shown(level)}; "
        f"with {later.load:.0f} {unit} it is {_shown(later)}"
    )


def _shown(level: LoadLevel) -> str:
    p95 = "not measured" if level.p95 is None else f"{1000 * level.p95:.1f} ms"
    return f"{level.rate:.0f} calls/s, p95 {p95}"
