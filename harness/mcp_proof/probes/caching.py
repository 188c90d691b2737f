"""Stimuli about who may share a result: the same requests for two users."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.revision import Revision

READ: Final = "resources/read"
MAX_READ: Final = 3


@probe("other-user", since=Revision.R2026_07_28, transport="http")
async def other_user(driver: Driver) -> None:
    """Lists and readings for one user, for another, and for the first again."""
    credentials = driver.credentials("other_user")
    if credentials is None:
        return
    session = await driver.session()
    private = [each for each in driver.occasions("private") if each.method == READ]
    listed = [
        Occasion(READ, {"uri": item.get("uri")}) for item in driver.items.get("resources", ())
    ]
    asked = [Occasion(method, {}) for method in session.lists]
    for each in (*asked, *(private + listed)[:MAX_READ]):
        await session.request(each.method, each.params, case="before")
        await session.request(each.method, each.params, case="other", headers=credentials)
        await session.request(each.method, each.params, case="after")
