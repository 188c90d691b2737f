"""What was measured at one level of the load."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcp_proof_load.measuring.measured import Measured, Window, together

LEVELS: Final = 10
"""Levels that a load which rises all the time is divided into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLevel:
    """A level of the load, and what came of it."""

    load: float
    """Users, or calls a second that were to begin: the mean over its windows."""
    seconds: float
    measured: Measured

    @property
    def rate(self) -> float:
        """Calls ended in a second."""
        return self.measured.counts.ended / self.seconds if self.seconds else 0.0

    @property
    def p95(self) -> float | None:
        """Seconds; `None` where nothing was answered."""
        return self.measured.latency.quantile(0.95)


def load_levels(windows: Sequence[Window], loads: Sequence[float]) -> list[LoadLevel]:
    """Return what was measured at each level, from the lowest up.

    Args:
        windows: the run; those of the warm-up are left out.
        loads: the load of each window: its users, or the calls a second that were to begin.
    """
    by_load: dict[int, list[tuple[Window, float]]] = {}
    judged = [each for each in zip(windows, loads, strict=True) if not each[0].warm_up]
    highest = max((load for _, load in judged), default=0.0)
    for window, load in judged:
        if load > 0:
            at = min(round(load / highest * LEVELS), LEVELS)
            by_load.setdefault(at, []).append((window, load))
    return [_level(by_load[at]) for at in sorted(by_load)]


def _level(those: Sequence[tuple[Window, float]]) -> LoadLevel:
    seconds = sum(window.seconds for window, _ in those)
    return LoadLevel(
        load=sum(load for _, load in those) / len(those),
        seconds=seconds,
        measured=together(each for window, _ in those for each in window.operations.values()),
    )
