"""The knee: the load after which calls take longer, and no more of them come.

It is the last level before the first whose throughput rises by less than a tenth of what the load
rises by, while the p95 rises. The level after it must show the same, where there is one: one level
may have met a busy neighbour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcp_proof_load.analysis.load_level import LoadLevel

FEWEST: Final = 3
"""Levels below which nothing is to be seen."""
WORTH: Final = 0.1
"""The share of the load's rise that the throughput must rise by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knee:
    """Where a server has its knee, as far as the load went."""

    last: LoadLevel | None
    """The last level that was worth its load; `None` where there is no knee below the peak."""
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
    for at, level in enumerate(levels[:-1]):
        if all(_in_vain(level, later) for later in levels[at + 1 : at + 3]):
            return Knee(last=level, said=_said(level, levels[at + 1], unit))
    peak = levels[-1]
    return Knee(
        last=None,
        said=f"no knee up to {peak.load:.0f} {unit}: there it answers {peak.rate:.0f} calls/s",
    )


def _in_vain(level: LoadLevel, later: LoadLevel) -> bool:
    if not level.rate:
        return False
    more_load, more_rate = later.load / level.load - 1, later.rate / level.rate - 1
    slower = later.p95 is None or level.p95 is None or later.p95 > level.p95
    return slower and more_rate < WORTH * more_load


def _said(level: LoadLevel, later: LoadLevel, unit: str) -> str:
    return (
        f"the knee is at {level.load:.0f} {unit}: {_shown(level)}; "
        f"with {later.load:.0f} {unit} it is {_shown(later)}"
    )


def _shown(level: LoadLevel) -> str:
    p95 = "not measured" if level.p95 is None else f"{1000 * level.p95:.1f} ms"
    return f"{level.rate:.0f} calls/s, p95 {p95}"
