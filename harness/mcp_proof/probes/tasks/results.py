"""Stimuli about tasks that are followed from their creation to their end."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.tasks.running import run, runs_tasks, task_calls, task_support
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.revision import Revision

ONLY = Revision.R2025_11_25
KINDS: Final = (("task",), ("task_failure",), ("task_error",), ("task_input",))
MOST: Final = 2
"""How many tasks of a kind are run."""
ANOTHER: Final = "mcp-proof-another-task"


@probe("tasks", since=ONLY, until=ONLY)
async def tasks(driver: Driver) -> None:
    """A few tasks, each from its call to what comes after its end.

    Where the same call can be made without a task, it is made before and after.
    """
    session = await driver.session()
    if not runs_tasks(session):
        return
    seen: list[Occasion] = []
    for names in KINDS:
        chosen = [each for each in task_calls(driver, *names) if each not in seen][:MOST]
        seen += chosen
        for occasion in chosen:
            await _follow(driver, await driver.session(), occasion)
    await session.barrier()


async def _follow(driver: Driver, session: Session, occasion: Occasion) -> None:
    plain = task_support(driver, occasion) == "optional"
    if plain:
        await session.call("tools/call", occasion.params, case="before")
    task = await run(session, occasion)
    if task is not None:
        await task.result()
        if await task.end():
            await task.result(case="result again")
            await task.get(case="contradiction", related=ANOTHER)
            await task.get()
        await task.cancel()
        await task.get()
    if plain:
        await session.call("tools/call", occasion.params, case="after")
