"""When the users of a process make their calls, and which."""

import time
from collections.abc import Callable
from typing import Protocol

from gevent.event import Event
from gevent.lock import Semaphore

from mcp_proof_load.arrivals.replay import Replay
from mcp_proof_load.arrivals.schedule import Schedule, schedule_of
from mcp_proof_load.arrivals.think import Sampler, think_time
from mcp_proof_load.engine.alarm_clock import AlarmClock
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


class _InOrder:
    """Gives out turns that have their times.

    One user at a time holds the next of them, and the others wait behind it: so none is given out
    before its time, and one whose user leaves meanwhile goes to the next.
    """

    def __init__(self, following: Callable[[], Turn]) -> None:
        self._following = following
        self._first = Semaphore(1)
        self._clock = AlarmClock()
        self._next: Turn | None = None

    def wait(self, leaving: Event) -> Turn:
        """Take the next turn, and wait for it."""
        with self._first:
            turn = self._next = self._next or self._following()
            assert turn.intended is not None
            if turn.intended > time.perf_counter():
                self._clock.wait_until(turn.intended, leaving)
            if not leaving.is_set():
                self._next = None
            return turn


class Open:
    """Calls begin when a schedule says, whoever of the users is free."""

    def __init__(self, schedule: Schedule, users: int, processes: int, warm: float) -> None:
        self._schedule = schedule
        self._least = users // processes
        """The users that each process has when all have begun, at least."""
        self._users = users
        self._own = schedule.share
        """The share of this process while no other one is lost."""
        self._all_begun = False
        self._warm = warm
        """The moment at which the warm-up ends, by `time.perf_counter`."""
        self._turns = _InOrder(lambda: Turn(self._warm + self._schedule.next_start()))

    def wait(self, leaving: Event) -> Turn:
        """Take the next start, and wait for it."""
        return self._turns.wait(leaving)

    def share(self, users: int) -> None:
        """Take over the calls of a process that is lost, with its users.

        While the users of all begin there are few; starts that are taken then must not be few.
        """
        share = users / self._users
        self._all_begun = self._all_begun or users >= self._least
        self._schedule.share = share if self._all_begun else max(self._own, share)


class Recorded:
    """Calls are made again as a recording has them, whoever of the users is free."""

    def __init__(self, replay: Replay, warm: float) -> None:
        self._replay = replay
        self._warm = warm
        self._turns = _InOrder(self._following)

    def wait(self, leaving: Event) -> Turn:
        """Take the next call, and wait for its time."""
        return self._turns.wait(leaving)

    def _following(self) -> Turn:
        due = self._replay.next_call()
        return Turn(self._warm + due.start, due.call)

    def share(self, users: int) -> None:
        """Nothing depends on it."""


def pace_of(plan: Plan, process: int, seed: int) -> Pace:
    """Return the pace of one of the plan's processes, which begins now."""
    warm = time.perf_counter() + plan.warm_up
    if plan.recorded:
        return Recorded(Replay(plan, process, plan.workers), warm)
    if plan.rate is not None:
        return Open(schedule_of(plan, process, plan.workers), plan.users, plan.workers, warm)
    return Closed(think_time(plan.think, str(seed)) if plan.think else None)
