"""Plans for the flawed server, carried out by real load processes."""

import asyncio
import tempfile
from dataclasses import dataclass, field, replace
from typing import Any

from mcp_proof.interruption import Interruption
from mcp_proof_load.events import Measurement, WorkerLost
from mcp_proof_load.measuring.measured import Measured, Window, together
from mcp_proof_load.orders import Orders
from mcp_proof_load.plan import Operation, Plan
from mcp_proof_load.run import Run

ECHO = Operation(
    name="echo", weight=1, arguments=({"text": "…"},), marker="text", echoes=True, shares=False
)
PLAN = Plan(
    client="stateless",
    place={"url": ""},
    speech={"revision": "2026-07-28"},
    operations=(ECHO,),
    user_kinds={"caller": 1},
    users=8,
    duration=2.0,
    warm_up=0.0,
    timeout=2.0,
)


@dataclass
class Came:
    """What a run came to."""

    run: Run
    windows: list[Window] = field(default_factory=list)
    lost: list[WorkerLost] = field(default_factory=list)

    @property
    def total(self) -> Measured:
        return together(window.total for window in self.windows)


def carry_out(url: str, processes: int = 0, **changes: Any) -> Came:
    """Carry a plan out: alone, or by a master and so many workers."""
    plan = replace(PLAN, place={"url": url}, workers=max(processes, 1), **changes)
    return asyncio.run(asyncio.wait_for(_carry_out(plan, processes), 60))


async def _carry_out(plan: Plan, processes: int) -> Came:
    with tempfile.TemporaryDirectory() as folder:
        role = "master" if processes else "local"
        orders = Orders(role=role, plan=plan, ledgers=folder, expect_workers=processes)
        came = Came(Run(orders, processes))
        async for event in came.run.events(Interruption()):
            match event:
                case Measurement():
                    came.windows.append(event.window)
                case WorkerLost():
                    came.lost.append(event)
                case _:
                    pass
    return came
