"""A server under load: the run, what is watched and disturbed meanwhile, and what it shows."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from tempfile import TemporaryDirectory
from traceback import format_exception

from mcp_proof.errors import McpProofError
from mcp_proof.interruption import Interruption
from mcp_proof_contracts.rule import TransportName
from mcp_proof_load.analysis.breaking_point import BreakingPoint, breaking_point
from mcp_proof_load.analysis.knee import knee
from mcp_proof_load.analysis.load_level import load_levels
from mcp_proof_load.chaos.disturbance import Disturbances
from mcp_proof_load.chaos.disturbing import Chaos, chaos_before
from mcp_proof_load.chaos.recovery import recoveries
from mcp_proof_load.chaos.schedule import schedule
from mcp_proof_load.events import NO_SESSION, Disturbed, LoadEvent, LoadFinished, Measurement
from mcp_proof_load.growth.metrics_endpoint import MetricsEndpoint
from mcp_proof_load.growth.watch import Watch
from mcp_proof_load.measuring.measured import Window, delivered
from mcp_proof_load.options import LoadOptions
from mcp_proof_load.orders import Orders
from mcp_proof_load.plan import Plan
from mcp_proof_load.profiles.level import level
from mcp_proof_load.run import Run
from mcp_proof_load.verdicts import Seen, verdicts

BREAKING = "breakpoint"
"""The profile that ends when the server breaks."""
GONE = 0.5
"""Seconds at the end without an answer after which a server without new sessions is gone."""
BENDING = "stress"
"""The profile that looks for the knee."""


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
        self._windows: list[Window] = []
        self._untested: list[str] = []
        self._found: list[str] = []
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
        self.run = Run(orders, here, self._unwanted)

    async def events(self, stop: Interruption) -> AsyncIterator[LoadEvent]:
        """Load the server, and judge it."""
        disturbing: asyncio.Task[None] | None = None
        try:
            async for event in self.run.events(stop):
                yield event
                if not isinstance(event, Measurement):
                    continue
                self._windows.append(event.window)
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
            lost=self.run.lost or self._died(),
            stopped=self.run.stopped,
            untested=tuple(self._untested),
            found=tuple(self._found),
            complaints=self.run.windows.complaints,
        )

    def _died(self) -> str:
        """Say from when on the server was gone to the end; empty where it was not."""
        last = [each for each in self._windows if each.total.counts.answered][-1:]
        from_then = last[0].start + last[0].seconds if last else math.inf
        silent = sum(each.seconds for each in self._windows if each.start >= from_then)
        complaints = self.run.windows.complaints
        why = [each for each in complaints if each.startswith(NO_SESSION)]
        if self._chaos is not None or silent < GONE or not why:
            return ""
        most = max(why, key=complaints.__getitem__).removeprefix(NO_SESSION)
        return f"the server could be called no more from {from_then:.1f} s on: {most}"

    def _judged(self) -> list[LoadEvent]:
        disturbances = self._chaos.disturbances if self._chaos is not None else Disturbances()
        seen = Seen(
            reports=self.run.windows,
            windows=self._windows,
            samples=self._watch.samples,
            disturbances=disturbances,
            warm_up=self._plan.warm_up,
            timeout=self._plan.timeout,
            level=self._options.profile.level and not self._plan.recorded,
            lazy=self._watch.lazy,
        )
        judgement = verdicts(seen)
        told = recoveries(self._windows, disturbances)
        disturbed = [each for each in told if isinstance(each, Disturbed)]
        self._untested += [*judgement.untested, *self._watch.untested]
        self._untested += [f"recovery: {each}" for each in told if isinstance(each, str)]
        self._untested += self._unheard()
        if self._options.profile.name == BENDING:
            self._found.append(knee(load_levels(self._windows, self._loads), self._unit).said)
        return [*judgement.violated, *disturbed]

    def _unheard(self) -> list[str]:
        """Say why it is not known how late messages came, where there were listeners."""
        if "listener" not in self._plan.user_kinds:
            return []
        came = delivered(window.deliveries for window in self._windows)
        if not came.streams:
            return ["delivery latency: the server gave no stream to listen to"]
        if not came.latency.count:
            what = f"none of {came.messages} messages" if came.messages else "no message came that"
            return [f"delivery latency: {what} held the marker of a call of the same load process"]
        return []

    @property
    def _unit(self) -> str:
        return "users" if self._plan.rate is None else "calls/s"

    @property
    def _loads(self) -> Sequence[float]:
        """The load of each window: the users it had, or the calls a second that were to begin."""
        if self._plan.rate is None:
            return [window.users for window in self._windows]
        middles = (window.start + window.seconds / 2 for window in self._windows)
        levels = (level(self._plan, middle - self._plan.warm_up) for middle in middles)
        return [each.rate or 0.0 if each is not None else 0.0 for each in levels]

    def _unwanted(self, window: Window) -> str:
        """Say why no more load is wanted after a window; empty while it is."""
        if self._options.profile.name != BREAKING:
            return ""
        self._windows.append(window)
        broken: BreakingPoint | None = breaking_point(self._windows, self._loads, self._unit)
        self._windows.pop()
        return broken.said if broken is not None else ""
