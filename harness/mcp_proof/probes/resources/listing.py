"""Stimuli about the lists of resources and of templates."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe

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
