"""When the users of a process make their calls, and which."""

import time
from typing import Protocol

from gevent.event import Event

from mcp_proof_load.arrivals.replay import Replay
from mcp_proof_load.arrivals.schedule import Schedule, schedule_of
from mcp_proof_load.arrivals.think import Sampler, think_time
from mcp_proof_load.plan import Plan, TimedCall


class Turn:
    """A user's turn to call."""

    __slots__ = ("intended", "recorded")

    def __init__(self, intended: float | None = None, recorded: TimedCall | None = None) -> None:
        self.intended = intended
        """When the call was to begin, by `time.perf_counter`; `None` where that is now."""
        self.recorded = recorded
        """What is called; `None` where the user picks it."""


class Pace(Protocol):
    """Gives the users of a process their turns."""

    def wait(self, leaving: Event) -> Turn:
        """Wait until a call is to begin, or until `leaving` is set."""
        ...

    def share(self, users: int) -> None:
        """Know how many of the plan's users this process has now."""
        ...


class Closed:
    """Each user calls again when it has its answer, after a pause."""

    def __init__(self, think: Sampler | None) -> None:
        self._think = think
        self._turn = Turn()

    def wait(self, leaving: Event) -> Turn:
        """Think."""
        if self._think is not None:
            leaving.wait(self._think())
        return self._turn

    def share(self, users: int) -> None:
        """Nothing depends on it."""


class Open:
    """Calls begin when a schedule says, whoever of the users is free."""

    def __init__(self, schedule: Schedule, users: int, warm: float) -> None:
        self._schedule = schedule
        self._users = users
        self._own = schedule.share
        """The share of this process while no other one is lost."""
        self._warm = warm
        """The moment at which the warm-up ends, by `time.perf_counter`."""

    def wait(self, leaving: Event) -> Turn:
        """Take the next start, and wait for it."""
        return _wait(self._warm + self._schedule.next_start(), None, leaving)

    def share(self, users: int) -> None:
        """Take over the calls of a process that is lost, with its users.

        While the users of all begin there are few; starts that are taken then must not be few.
        """
        self._schedule.share = max(self._own, users / self._users)


class Recorded:
    """Calls are made again as a recording has them, whoever of the users is free."""

    def __init__(self, replay: Replay, warm: float) -> None:
        self._replay = replay
        self._warm = warm

    def wait(self, leaving: Event) -> Turn:
        """Take the next call, and wait for its time."""
        due = self._replay.next_call()
        return _wait(self._warm + due.start, due.call, leaving)

    def share(self, users: int) -> None:
        """Nothing depends on it."""


def pace_of(plan: Plan, process: int, seed: int) -> Pace:
    """Return the pace of one of the plan's processes, which begins now."""
    warm = time.perf_counter() + plan.warm_up
    if plan.recorded:
        return Recorded(Replay(plan, process, plan.workers), warm)
    if plan.rate is not None:
        return Open(schedule_of(plan, process, plan.workers), plan.users, warm)
    return Closed(think_time(plan.think, str(seed)) if plan.think else None)


def _wait(start: float, recorded: TimedCall | None, leaving: Event) -> Turn:
    pause = start - time.perf_counter()
    if pause > 0:
        leaving.wait(min(pause, FOREVER))
    return Turn(start, recorded)


FOREVER = 1e6
"""Seconds that stand for a start that never comes."""
