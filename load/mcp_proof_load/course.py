"""The course of a run: its windows so far, the load of each, and what they say of the server."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from mcp_proof_load.analysis.breaking_point import breaking_point
from mcp_proof_load.analysis.knee import knee
from mcp_proof_load.analysis.load_level import load_levels
from mcp_proof_load.events import NO_SESSION
from mcp_proof_load.measuring.measured import Window
from mcp_proof_load.plan import Plan
from mcp_proof_load.profiles.level import level
from mcp_proof_load.profiles.stress import STEPS

BREAKING: Final = "breakpoint"
"""The profile that ends when the server breaks."""
BENDING: Final = "stress"
"""The profile that looks for the knee."""
STEP: Final = 2.0
"""Seconds of a step of its load, at least: shorter ones do not fill a window."""
GONE: Final = 0.5
"""Seconds at the end without an answer after which a server without new sessions is gone."""


class Course:
    """The windows of a run, in order of time."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.windows: list[Window] = []

    def take(self, window: Window) -> str:
        """Take the next window; say why no more load is wanted after it, empty while it is."""
        self.windows.append(window)
        if self._plan.profile != BREAKING:
            return ""
        broken = breaking_point(self.windows, self._loads, self._unit)
        return broken.said if broken is not None else ""

    def found(self) -> list[str]:
        """Say what the profile was made to find."""
        if self._plan.profile == BREAKING and not breaking_point(
            self.windows, self._loads, self._unit
        ):
            return [f"it did not break up to {max(self._loads, default=0):g} {self._unit}"]
        if self._plan.profile != BENDING:
            return []
        if self._plan.duration < STEPS * STEP:
            return [f"no knee was looked for: that takes {STEPS * STEP:g} s, {STEP:g} for a step"]
        return [knee(load_levels(self.windows, self._loads), self._unit).said]

    def died(self, complaints: Mapping[str, int]) -> str:
        """Say from when on the server was gone to the end; empty where it was not.

        Args:
            complaints: what went wrong with calls, in words, and how often.
        """
        last = [each for each in self.windows if each.total.counts.answered][-1:]
        from_then = last[0].start + last[0].seconds if last else math.inf
        silent = sum(each.seconds for each in self.windows if each.start >= from_then)
        why = [each for each in complaints if each.startswith(NO_SESSION)]
        if silent < GONE or not why:
            return ""
        most = max(why, key=complaints.__getitem__).removeprefix(NO_SESSION)
        return f"the server could be called no more from {from_then:.1f} s on: {most}"

    @property
    def _unit(self) -> str:
        return "users" if self._plan.rate is None else "calls/s"

    @property
    def _loads(self) -> Sequence[float]:
        """The load of each window: the users it had, or the calls a second that were to begin."""
        if self._plan.rate is None:
            return [window.users for window in self.windows]
        middles = (window.start + window.seconds / 2 for window in self.windows)
        levels = (level(self._plan, middle - self._plan.warm_up) for middle in middles)
        return [each.rate or 0.0 if each is not None else 0.0 for each in levels]
