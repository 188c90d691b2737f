"""Disturb the server at its times while it is loaded."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

from mcp_proof_load.chaos.disturbance import Disturbance, Disturbances
from mcp_proof_load.chaos.relay_process import Relay, relay_before
from mcp_proof_load.chaos.schedule import ScheduledFault


class Chaos:
    """The faults of one run, in front of its server."""

    def __init__(self, relay: Relay, faults: Sequence[ScheduledFault], timeout: float) -> None:
        self._relay = relay
        self._faults = faults
        self.url = relay.url
        """What to load in the place of the server's URL."""
        self._periods: list[Disturbance] = []
        self._on: tuple[ScheduledFault, float] | None = None
        self._timeout = timeout
        self._clock: Callable[[], float] = float

    @property
    def disturbances(self) -> Disturbances:
        """What was disturbed so far, a fault that acts right now included."""
        acting = []
        if self._on is not None:
            fault, start = self._on
            acting = [Disturbance(fault=fault.text, start=start, end=self._clock(), acted=True)]
        return Disturbances(periods=(*self._periods, *acting), timeout=self._timeout)

    async def run(self, clock: Callable[[], float], warm_up: float) -> None:
        """Switch each fault on and off at its time; returns after the last.

        Args:
            clock: tells the seconds since the load began.
            warm_up: when the warm-up ends, from where the faults' times count.

        Raises:
            InternalError: the relay has ended.
        """
        self._clock = clock
        for number, fault in enumerate(self._faults):
            await asyncio.sleep(warm_up + fault.start - clock())
            self._on = (fault, clock())
            await self._relay.switch(number, on=True)
            try:
                await asyncio.sleep(warm_up + fault.end - clock())
            finally:
                await self._end(number, fault)

    async def _end(self, number: int, fault: ScheduledFault) -> None:
        acted = await self._relay.switch(number, on=False)
        assert self._on is not None
        _, start = self._on
        self._periods.append(
            Disturbance(fault=fault.text, start=start, end=self._clock(), acted=acted)
        )
        self._on = None


@asynccontextmanager
async def chaos_before(
    url: str, faults: Sequence[ScheduledFault], *, timeout: float
) -> AsyncGenerator[Chaos]:
    """Stand in front of a server while the block runs; nothing is disturbed before `run`.

    Args:
        url: the server's.
        faults: in the order of their times.
        timeout: seconds that a call waits for its answer.

    Raises:
        UsageError: nobody can stand in front of this URL.
        InternalError: the relay does not start.
    """
    async with relay_before(url, [fault.text for fault in faults]) as relay:
        yield Chaos(relay, faults, timeout)
