"""When each call of a recording is made again, at a multiple of the recorded speed."""

from collections.abc import Iterator
from math import inf
from typing import Final, NamedTuple

from mcp_proof_load.plan import Plan, TimedCall

SHORTEST: Final = 1.0
"""Seconds that a recording counts as where all of its calls have the same time."""


class Due(NamedTuple):
    """A call, and when it is intended to begin."""

    start: float
    """Seconds since the warm-up ended."""
    call: TimedCall | None
    """`None` when all is over; `start` is infinite then."""


class Replay:
    """The recorded calls of one load process; its users take them one after the other.

    A recording that is shorter than the run begins anew behind its last call.
    """

    def __init__(self, plan: Plan, process: int = 0, processes: int = 1) -> None:
        self._due: Iterator[Due] = _again(plan, _own(plan.recorded, process, processes))

    def next_call(self) -> Due:
        """Return the next call with its intended start."""
        return next(self._due, Due(inf, None))


def period(plan: Plan) -> float:
    """Return the seconds from the beginning of one round to that of the next."""
    gaps = len(plan.recorded) - 1
    last = plan.recorded[-1].at
    return (last + last / gaps if last else SHORTEST) / plan.speed


def rounds(plan: Plan) -> float:
    """Return how often the recording is called in the run, warm-up included."""
    return (plan.warm_up + plan.duration) / period(plan)


def _own(calls: tuple[TimedCall, ...], process: int, processes: int) -> list[TimedCall]:
    """Return the calls of one process: whole sessions, where there are enough of them."""
    whole = len({call.session for call in calls}) >= processes
    return [
        call
        for number, call in enumerate(calls)
        if (call.session if whole else number) % processes == process
    ]


def _again(plan: Plan, calls: list[TimedCall]) -> Iterator[Due]:
    number = 0
    while calls:
        begin = number * period(plan) - plan.warm_up
        for call in calls:
            start = begin + call.at / plan.speed
            if start >= plan.duration:
                return
            yield Due(start, call)
        number += 1
