"""The open model: when each call is intended to begin, whether somebody is free by then or not.

A latency that counts from there holds all the time that a call had to wait for a slow server:
what a user who comes at that moment meets.
"""

from collections.abc import Callable, Iterator
from math import inf, log
from random import Random
from typing import Final, TypeAlias

from mcp_proof_load.plan import Plan
from mcp_proof_load.profiles.level import level

Rate: TypeAlias = Callable[[float], float | None]
"""Calls a second at a moment (seconds since the warm-up ended); `None` when all is over."""

ARRIVALS: Final = ("constant", "poisson")
"""At even intervals; or at random, as calls of people who know nothing of each other come."""
SLICE: Final = 0.01
"""Seconds in which the rate counts as one: the one that it has in their middle."""


class Schedule:
    """The intended starts of one load process; its users take them one after the other.

    Each slice of time carries over what is left of a call to the next one, so that the starts up to
    any moment are as many as the rate adds up to, however long that is.

    Args:
        rate: what all processes together shall reach.
        share: the part of it that this process has, above 0 to 1.
        first: how much of an interval goes by before the first start; with constant arrivals only.
        begin: when it begins, on the clock of `rate`; below 0 within the warm-up.
        arrivals: one of `ARRIVALS`.
        seed: what Poisson arrivals are drawn by.
    """

    def __init__(  # noqa: PLR0913  # all by keyword but the first
        self,
        rate: Rate,
        *,
        share: float = 1.0,
        first: float = 1.0,
        begin: float = 0.0,
        arrivals: str = "constant",
        seed: str = "",
    ) -> None:
        self.share = share
        """It may grow where load processes are lost; that counts from the next slice on, which may
        be far ahead where the rate is low."""
        self._rate = rate
        self._random = Random(seed).random  # noqa: S311  # repeatable on purpose
        poisson = arrivals == "poisson"
        starts = self._at_random(begin) if poisson else self._evenly(begin, first)
        self._starts: Iterator[float] = starts

    def next_start(self) -> float:
        """Return the next intended start, on the clock of `rate`; infinity when all is over.

        It may have gone by, where all users were busy; then the call begins at once, and late.
        """
        return next(self._starts, inf)

    def _slices(self, begin: float) -> Iterator[tuple[float, float]]:
        """Yield the beginning of each slice, and the calls a second within it."""
        number = 0
        while (rate := self._rate(begin + (number + 0.5) * SLICE)) is not None:
            yield begin + number * SLICE, rate * self.share
            number += 1

    def _evenly(self, begin: float, due: float) -> Iterator[float]:
        for start, rate in self._slices(begin):
            in_slice = rate * SLICE
            while due < in_slice:
                yield start + due / rate
                due += 1.0
            due -= in_slice

    def _at_random(self, begin: float) -> Iterator[float]:
        random = self._random
        due = -log(1.0 - random())
        for start, rate in self._slices(begin):
            in_slice = rate * SLICE
            while due < in_slice:
                yield start + due / rate
                due -= log(1.0 - random())
            due -= in_slice


def schedule_of(plan: Plan, process: int = 0, processes: int = 1) -> Schedule:
    """Return the starts of one load process of several; all of them have the same share.

    Args:
        plan: the plan, which has a rate.
        process: its number, from 0.
        processes: how many there are.
    """

    def rate(at: float) -> float | None:
        now = level(plan, at)
        return now.rate if now is not None else None

    return Schedule(
        rate,
        share=1 / processes,
        first=(process + 1) / processes,
        begin=-plan.warm_up,
        arrivals=plan.arrivals,
        seed=f"{plan.seed}/{process}",
    )
