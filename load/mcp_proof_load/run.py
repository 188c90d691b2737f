"""The load itself: load processes that follow a plan, and what they measure, window by window."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from mcp_proof.errors import UsageError
from mcp_proof.interruption import Interruption
from mcp_proof_load.crew import Crew, Gone, Line, killed
from mcp_proof_load.events import AwaitingWorkers, Measurement, WorkerLost
from mcp_proof_load.measuring.ledger import Ledger
from mcp_proof_load.measuring.measured import Window
from mcp_proof_load.measuring.report import Report, this_machine
from mcp_proof_load.measuring.windows import Windows
from mcp_proof_load.orders import Orders

START: Final = 60.0
"""Seconds in which load processes of our own are ready."""
AFTER: Final = 30.0
"""Seconds after the plan's end, and the timeout of its last calls, in which all has come in."""


class Run:
    """One run of a plan by load processes.

    Args:
        orders: what the first load process is to be; `local`, or a `master`.
        processes: workers that are started here for a master.
        shown: takes each window, and says why no more load is wanted after it; empty while it is.
    """

    def __init__(
        self, orders: Orders, processes: int = 0, shown: Callable[[Window], str] = lambda _: ""
    ) -> None:
        assert orders.plan is not None
        self.plan = orders.plan
        self.windows = Windows(self.plan.warm_up, self.plan.warm_up + self.plan.duration)
        self.lost = ""
        """Why there could be no more load; empty where it came to its end."""
        self.stopped = ""
        """Why it was ended before its time; empty where it was not."""
        self.faults: list[str] = []
        self.began_at = 0.0
        """When the load began, by `time.monotonic`; 0 before."""
        self._orders = orders
        self._workers = processes
        self._show = shown
        self._crew = Crew()
        self._lost_workers: list[str] = []
        self._over = False

    @property
    def pids(self) -> list[int]:
        """The load processes on this machine, in the order in which they were started."""
        return self._crew.pids

    @property
    def over(self) -> bool:
        """Whether nothing more is sent."""
        return self._over

    @property
    def at(self) -> float:
        """Seconds since the load began."""
        return time.monotonic() - self.began_at if self.began_at else 0.0

    async def events(
        self, stop: Interruption
    ) -> AsyncIterator[Measurement | WorkerLost | AwaitingWorkers]:
        """Run to the end, or until `stop` is wanted; then what is under way still comes in."""
        try:
            await self._crew.start(self._orders)
            async for event in self._heard(stop):
                yield event
        finally:
            await self._crew.close()
        for worker in self._lost_workers:
            self._read_ledger(worker)
        if (window := self.windows.close(self.at, last=True)) is not None:
            self._show(window)
            yield Measurement(window=window)

    async def _heard(
        self, stop: Interruption
    ) -> AsyncIterator[Measurement | WorkerLost | AwaitingWorkers]:
        while not self._over:
            if stop.wanted or self.stopped:
                self._crew.stop()
            try:
                async with asyncio.timeout(self._patience(stopping=stop.wanted)):
                    heard = await (
                        self._crew.heard() if stop.wanted else stop.unless(self._crew.heard())
                    )
            except TimeoutError:
                self.lost = "the load processes did not do their work in time"
                return
            if isinstance(heard, Gone):
                for lost in self._mourn(heard):
                    yield lost
            elif heard is not None:
                for event in await self._take(heard):
                    yield event

    def _patience(self, *, stopping: bool) -> float | None:
        """Seconds to wait for anything at all; without end for workers of other machines."""
        if not self.began_at:
            here = self._workers or self._orders.role == "local"
            return START if here or stopping else None
        whole = self.plan.warm_up + self.plan.duration + self.plan.timeout + AFTER
        return max(whole - self.at, 0.0)

    async def _take(self, line: Line) -> list[Measurement | WorkerLost | AwaitingWorkers]:
        told = line.members
        match told["what"]:
            case "listening":
                here = replace(self._orders, port=told["port"])
                await self._crew.start_workers(here, self._workers)
                if not self._workers:
                    return [_awaiting(here)]
            case "impossible":
                raise UsageError(told["why"])
            case "waiting" if not self._workers:
                return [AwaitingWorkers(present=told["workers"], expected=told["expected"])]
            case "begin":
                self.began_at = time.monotonic()
            case "report":
                self.windows.report(Report.from_members(told["report"]), self.at)
                return self._measured()
            case "lost":
                return [self._lose(told["worker"])]
            case "end":
                self._over = True
                if self.windows.all_lost:
                    self.faults.append(f"all load processes were lost after {self.at:.1f} s\n")
            case _:
                pass
        return []

    def _measured(self) -> list[Measurement | WorkerLost | AwaitingWorkers]:
        window = self.windows.close(self.at) if self.began_at else None
        if window is None:
            return []
        if self.plan.max_calls and self.windows.ended >= self.plan.max_calls:
            self.stopped = (
                f"{self.windows.ended} calls were made; --max-calls is {self.plan.max_calls}"
            )
        unwanted = self._show(window)
        self.stopped = self.stopped or unwanted
        return [Measurement(window=window)]

    def _lose(self, worker: str) -> WorkerLost:
        """Take what a lost worker has counted from its ledger, where that is on this machine."""
        self.windows.lose(worker)
        self._lost_workers.append(worker)
        uncertain = self._read_ledger(worker)
        if uncertain is None and self.windows.of(worker) is None:  # lost before its first word
            uncertain = self._read_silent_ledgers()
        return WorkerLost(
            worker=worker,
            counted=uncertain is not None,
            uncertain=uncertain or 0,
        )

    def _read_silent_ledgers(self) -> int | None:
        """Read the ledgers here of whom nothing was heard; return their uncertain calls.

        `None` where there is none, and it may be on another machine.
        """
        found = 0 if self._workers else None
        for path in Path(self._orders.ledgers).glob("*.ledger"):
            if self.windows.of(path.stem) is None:
                found_here = Report(
                    worker=path.stem, rows={}, ledger=str(path), machine=this_machine()
                )
                self.windows.report(found_here, self.at)
                self._lost_workers.append(path.stem)
                found = (found or 0) + (self._read_ledger(path.stem) or 0)
        return found

    def _read_ledger(self, worker: str) -> int | None:
        """Return of how many calls nobody knows whether they were sent.

        `None` where the ledger cannot be read.
        """
        report = self.windows.of(worker)
        if report is None or report.machine != this_machine():
            return None
        try:  # where it was lost before it had a ledger, it has made no call
            rows = Ledger.left_at(Path(report.ledger)).read() if report.ledger else {}
        except OSError:
            return None
        self.windows.report(replace(report, rows=rows, users=0), self.at)
        self.windows.lose(worker)
        return sum(row.uncertain for row in rows.values())

    def _mourn(self, gone: Gone) -> list[WorkerLost]:
        """Take note of a load process that has ended; return those whose numbers end with it."""
        if gone.role != "worker":
            unforeseen, self._over = not self._over, True
            if gone.code < 0:
                self.faults.append(f"{killed(gone.code)}\n")
                return [self._lose(each) for each in self._left_alone()]
            if unforeseen and not gone.code:
                self.faults.append(f"the load process ended before its time:\n{gone.said}")
        if gone.code > 0:
            self.faults.append(f"a load process ended with code {gone.code}:\n{gone.said}")
        return []

    def _left_alone(self) -> list[str]:
        """Return the load processes here that will tell no more, as nobody hears them."""
        ledgers = Path(self._orders.ledgers).glob("*.ledger")
        return list(dict.fromkeys([*self.windows.workers, *(each.stem for each in ledgers)]))


def _awaiting(master: Orders) -> AwaitingWorkers:
    address = f"{master.host}:{master.port}"
    return AwaitingWorkers(present=0, expected=master.expect_workers, address=address)
