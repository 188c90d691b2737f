"""Stimuli about the list of tools."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.revision import Revision


@probe("undeclared-tools")
async def undeclared_tools(driver: Driver) -> None:
    """tools/list, where the server does not declare tools."""
    session = await driver.session()
    if "tools" not in session.capabilities:
        await session.request("tools/list")


@probe("tools-list-again", since=Revision.R2026_07_28)
async def tools_list_again(driver: Driver) -> None:
    """The list before and after a call, from another connection, and once more."""
    session = await driver.session()
    if "tools" not in session.capabilities:
        return
    await driver.list_all(session, "tools/list", "tools", case="before")
    for name, arguments in driver.callable_tools()[:1]:
        await session.call("tools/call", {"name": name, "arguments": arguments}, case="between")
    await driver.list_all(session, "tools/list", "tools", case="after")
    await driver.list_all(await driver.elsewhere(), "tools/list", "tools", case="elsewhere")
    await driver.list_all(session, "tools/list", "tools", case="again")
