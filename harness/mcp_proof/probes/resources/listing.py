"""Stimuli about the lists of resources and of templates."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.revision import Revision

LIST = "resources/list"


@probe("undeclared-resources")
async def undeclared_resources(driver: Driver) -> None:
    """Both lists, where the server does not declare resources."""
    session = await driver.session()
    if "resources" not in session.capabilities:
        await session.request(LIST)
        await session.request("resources/templates/list")


@probe("resources-relisted")
async def resources_relisted(driver: Driver) -> None:
    """The list once more, after listed resources were read."""
    session = await driver.session()
    if driver.items.get("resources"):
        await driver.list_all(session, LIST, "resources")


@probe("resources-list-again", since=Revision.R2026_07_28)
async def resources_list_again(driver: Driver) -> None:
    """The list before and after a read and a call, from another connection, and once more."""
    session = await driver.session()
    if "resources" not in session.capabilities:
        return
    await driver.list_all(session, LIST, "resources", case="before")
    for resource in driver.items.get("resources", ())[:1]:
        await session.call("resources/read", {"uri": resource.get("uri")}, case="between")
    for name, arguments in driver.callable_tools()[:1]:
        await session.call("tools/call", {"name": name, "arguments": arguments}, case="between")
    await driver.list_all(session, LIST, "resources", case="after")
    await driver.list_all(await driver.elsewhere(), LIST, "resources", case="elsewhere")
    await driver.list_all(session, LIST, "resources", case="again")
