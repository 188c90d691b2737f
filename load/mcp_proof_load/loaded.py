"""A server under load: the run, what is watched and disturbed meanwhile, and what it shows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from tempfile import TemporaryDirectory
from traceback import format_exception
from typing import Final

from mcp_proof.errors import McpProofError
from mcp_proof.interruption import Interruption
from mcp_proof_contracts.rule import TransportName
from mcp_proof_load.chaos.disturbance import Disturbances
from mcp_proof_load.chaos.disturbing import Chaos, chaos_before
from mcp_proof_load.chaos.recovery import recoveries
from mcp_proof_load.chaos.schedule import schedule
from mcp_proof_load.course import Course
from mcp_proof_load.events import Disturbed, LoadEvent, LoadFinished, Measurement, WorkerLost
from mcp_proof_load.growth.metrics_endpoint import MetricsEndpoint
from mcp_proof_load.growth.watch import Watch
from mcp_proof_load.measuring.measured import delivered
from mcp_proof_load.options import LoadOptions
from mcp_proof_load.orders import Orders
from mcp_proof_load.plan import Plan
from mcp_proof_load.run import Run
from mcp_proof_load.verdicts import Seen, verdicts

UNCOUNTED: Final = (
    "what a load process on another machine saw since its last report: it was lost, and its counts "
    "with it"
)


class Loaded:
    """One plan, carried out.

    Args:
        plan: what is sent.
        options: what the user asked for.
        url: the server's own; empty where it has none.
    """

    def __init__(self, plan: Plan, options: LoadOptions, url: str) -> None:
        self._plan = plan
        self._options = options
        self._url = url
        self._watch = Watch(url, options.metrics)
        self._chaos: Chaos | None = None
        self._course = Course(plan)
        self._untested: list[str] = []
        self.run: Run

    async def prepare(self, stack: AsyncExitStack, transport: TransportName) -> None:
        """Have everything ready before the first call.

        Raises:
            UsageError: chaos is not possible here, or the metrics cannot be read.
        """
        options, plan = self._options, self._plan
        faults = schedule(
            options.chaos, profile=options.profile, duration=plan.duration, transport=transport
        )
        if faults:
            before = chaos_before(self._url, faults, timeout=plan.timeout)
            self._chaos = await stack.enter_async_context(before)
            plan = replace(plan, place={**plan.place, "url": self._chaos.url})
        if options.metrics:
            await MetricsEndpoint(options.metrics).open()
        if self._url:
            await self._watch.begin()
        open_plan, secret = plan.without_secrets()
        alone = not options.master and options.processes == 1
        orders = Orders(
            role="local" if alone else "master",
            plan=open_plan,
            secret=secret,
            host=options.host,
            port=options.port,
            expect_workers=open_plan.workers,
            ledgers=stack.enter_context(TemporaryDirectory(prefix="mcp-proof-load-")),
            web_port=options.web_port,
        )
        here = 0 if alone or options.master else options.processes
        self.run = Run(orders, here, self._course.take)

    async def events(self, stop: Interruption) -> AsyncIterator[LoadEvent]:
        """Load the server, and judge it."""
        disturbing: asyncio.Task[None] | None = None
        try:
            async for event in self.run.events(stop):
                yield event
                if isinstance(event, WorkerLost) and not event.counted:
                    self._untested.append(UNCOUNTED)
                if not isinstance(event, Measurement):
                    continue
                if self.run.over and self._watch.saw_after(self._plan.warm_up):
                    continue  # what the server keeps when all have left shows no load
                if self._chaos is not None and disturbing is None:
                    task = self._chaos.run(lambda: self.run.at, self._plan.warm_up)
                    disturbing = asyncio.create_task(task)
                reports = self.run.windows
                sampled = await self._watch.look(self.run.at, reports.ended, reports.pids)
                if sampled is not None:
                    yield sampled
        finally:
            if disturbing is not None:
                await self._end(disturbing)
        for judged in self._judged():
            yield judged

    async def _end(self, disturbing: "asyncio.Task[None]") -> None:
        """End the chaos; where it has failed, the load went on without, and that is our fault."""
        disturbing.cancel()
        [came] = await asyncio.gather(disturbing, return_exceptions=True)
        if isinstance(came, McpProofError):
            self.run.faults.append(f"{came}\n")
        elif isinstance(came, Exception):
            self.run.faults.append("".join(format_exception(came)))

    def finished(self) -> LoadFinished:
        """Return how it ended."""
        return LoadFinished(
            seconds=0.0,
            interrupted=False,
            faults=(*self.run.faults, *self.run.windows.faults),
            lost=self.run.lost or self._died,
            stopped=self.run.stopped,
            untested=tuple(self._untested),
            found=tuple(self._course.found()),
            complaints=self.run.windows.complaints,
        )

    @property
    def _died(self) -> str:
        """Since when the server was gone, where no fault in front of it can be the cause."""
        if self._chaos is not None:
            return ""
        return self._course.died(self.run.windows.complaints)

    def _judged(self) -> list[LoadEvent]:
        disturbances = self._chaos.disturbances if self._chaos is not None else Disturbances()
        seen = Seen(
            reports=self.run.windows,
            windows=self._course.windows,
            samples=self._watch.samples,
            disturbances=disturbances,
            warm_up=self._plan.warm_up,
            timeout=self._plan.timeout,
            level=self._options.profile.level and not self._plan.recorded,
            lazy=self._watch.lazy,
        )
        judgement = verdicts(seen)
        told = recoveries(self._course.windows, disturbances)
        disturbed = [each for each in told if isinstance(each, Disturbed)]
        self._untested += [*judgement.untested, *self._watch.untested]
        self._untested += [f"recovery: {each}" for each in told if isinstance(each, str)]
        self._untested += self._unheard()
        return [*judgement.violated, *disturbed]

    def _unheard(self) -> list[str]:
        """Say why it is not known how late messages came, where there were listeners."""
        if "listener" not in self._plan.user_kinds:
            return []
        came = delivered(window.deliveries for window in self._course.windows)
        if not came.streams:
            return ["delivery latency: the server gave no stream to listen to"]
        if not came.latency.count:
            what = f"none of {came.messages} messages" if came.messages else "no message came that"
            return [f"delivery latency: {what} held the marker of a call of the same load process"]
        return []
