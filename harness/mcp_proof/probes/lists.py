"""Stimuli about all lists: the same ones again, and from elsewhere."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.session import Session
from mcp_proof.survey import plain_get
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rules.walks import AGAIN

TEMPLATES: Final = "resources/templates/list"
"""The one list that no rule compares."""


@probe(AGAIN, since=Revision.R2026_07_28)
async def lists_again(driver: Driver) -> None:
    """The lists before and after items of them were used, from elsewhere, and once more."""
    session = await driver.session()
    if not session.lists:
        return
    await _walk(driver, session, "before")
    await _use(driver, session)
    await _walk(driver, session, "after")
    await _walk(driver, await driver.elsewhere(), "elsewhere")
    await _walk(driver, session, "again")


async def _walk(driver: Driver, session: Session, case: str) -> None:
    for _, method, member in LISTS:
        if method in session.lists and method != TEMPLATES:
            await driver.list_all(session, method, member, case=f"{member} {case}")


async def _use(driver: Driver, session: Session) -> None:
    for name, arguments in driver.callable_tools()[:1]:
        await session.call("tools/call", {"name": name, "arguments": arguments}, case="between")
    for resource in driver.items.get("resources", ())[:1]:
        await session.call("resources/read", {"uri": resource.get("uri")}, case="between")
    for prompt in driver.items.get("prompts", ())[:1]:
        got = plain_get(driver, prompt)
        await session.call(got.method, got.params, case="between")
