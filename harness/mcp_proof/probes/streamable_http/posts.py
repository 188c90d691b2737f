"""Stimuli about what a POST may carry, and about a second client."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.stateful import SESSION_HEADER, VERSION_HEADER, StatefulSession
from mcp_proof_contracts.revision import Revision

NEVER_ISSUED = "00000000-0000-4000-8000-000000000000"


@probe("notification-post", since=Revision.R2026_07_28, transport="http")
async def notification_post(driver: Driver) -> None:
    """A notification, of which the stateless era has none that ordinary traffic would show.

    Its only one cancels a request over stdio; over HTTP a server may refuse it.
    """
    session = await driver.session()
    params = session.dress({"requestId": "mcp-proof-never-sent"})
    await session.settle(await session.notify("notifications/cancelled", params))


@probe("unasked-response", until=Revision.R2025_11_25, transport="http")
async def unasked_response(driver: Driver) -> None:
    """A response to a request that the server never made."""
    session = await driver.session()
    await session.settle(
        await session.send({"jsonrpc": "2.0", "id": "mcp-proof-never-asked", "result": {}})
    )


@probe("unacceptable", transport="http")
async def unacceptable(driver: Driver) -> None:
    """Notifications that a server has reason to refuse: unknown session, unknown version."""
    session = await driver.session()
    name = "notifications/cancelled"
    params = session.dress({"requestId": "mcp-proof-never-sent"})
    message = {"jsonrpc": "2.0", "method": name, "params": params}
    if isinstance(session, StatefulSession) and session.session_id is not None:
        headers = {SESSION_HEADER: NEVER_ISSUED}
        await session.settle(await session.send(message, case="session", headers=headers))
    headers = {VERSION_HEADER: "banana"}
    await session.settle(await session.send(message, case="version", headers=headers))


@probe("second-client", transport="http")
async def second_client(driver: Driver) -> None:
    """A client with connections of its own introduces itself while the first is connected."""
    await driver.session()
    async with driver.fresh(start=False) as session:
        if isinstance(session, StatefulSession):
            await session.initialize(session.revision, case="hello")
        else:
            await session.request("server/discover", case="hello")
