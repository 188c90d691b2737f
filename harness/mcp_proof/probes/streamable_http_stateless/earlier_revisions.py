"""What clients of earlier revisions send."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.streamable_http_stateless.good_requests import plain_request
from mcp_proof.sessions.stateful import SESSION_HEADER, VERSION_HEADER, StatefulSession
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision


@probe("earlier-revisions", since=Revision.R2026_07_28, transport="http")
async def earlier_revisions(driver: Driver) -> None:
    """A handshake, GET and DELETE, and good requests with headers of earlier revisions."""
    for revision in (LATEST_STATEFUL, Revision.R2025_03_26):
        await _initialize(driver, revision)
    session = await driver.session()
    method = plain_request(session).method
    await session.request(method, case="right")
    await session.request(method, case="session-id", headers={SESSION_HEADER: "mcp-proof"})
    await session.request(method, case="last-event-id", headers={"Last-Event-ID": "1"})
    await _other_methods(driver)


async def _initialize(driver: Driver, revision: Revision) -> None:
    """Offer an earlier revision; a session that begins is ended again."""
    async with driver.fresh(start=False, revision=revision) as session:
        assert isinstance(session, StatefulSession)
        await session.initialize(revision, case="initialize")
        if session.session_id is not None:
            headers = session.headers({})
            await session.settle(await driver.http("DELETE", session=session, headers=headers))


async def _other_methods(driver: Driver) -> None:
    async with driver.fresh(start=False) as session:
        version: dict[str, str | None] = {VERSION_HEADER: str(driver.revision)}
        listening = {**version, "Accept": "text/event-stream"}
        # A stream that is served stays open: its head is awaited, and a request's answer after it.
        await session.head(await driver.http("GET", session=session, headers=listening, case="get"))
        await session.barrier()
        await session.head(
            await driver.http("DELETE", session=session, headers=version, case="delete")
        )
