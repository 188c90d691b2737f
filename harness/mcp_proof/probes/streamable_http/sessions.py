"""Stimuli about session ids, their end, and what two sessions see of each other."""

import asyncio

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.streamable_http.calls import cheap_requests, with_token
from mcp_proof.probes.streamable_http.posts import NEVER_ISSUED
from mcp_proof.sessions.stateful import SESSION_HEADER, StatefulSession
from mcp_proof_contracts.revision import Revision

UNTIL = Revision.R2025_11_25
INITIALIZATIONS = 3
"""How many sessions are begun, besides the main one, to compare their ids."""


@probe("session-ids", until=UNTIL, transport="http")
async def session_ids(driver: Driver) -> None:
    """Several sessions are begun."""
    main = await driver.session()
    assert isinstance(main, StatefulSession)
    for _ in range(INITIALIZATIONS if main.session_id is not None else 0):
        async with driver.stateful(start=False) as session:
            await session.initialize(session.revision)


@probe("session-header", until=UNTIL, transport="http")
async def session_header(driver: Driver) -> None:
    """A good request without the session id, and one with an id that was never assigned."""
    session = await driver.session()
    assert isinstance(session, StatefulSession)
    if session.session_id is not None:
        await session.request("ping", case="missing", headers={SESSION_HEADER: None})
        await session.request("ping", case="unknown", headers={SESSION_HEADER: NEVER_ISSUED})


@probe("session-end", until=UNTIL, transport="http")
async def session_end(driver: Driver) -> None:
    """A session is terminated by DELETE, then used."""
    async with driver.stateful() as session:
        if session.session_id is None:
            return
        sending = await driver.http(
            "DELETE", session=session, headers=session.headers({}), case="delete"
        )
        await session.settle(sending)
        await session.request("ping", case="after")


@probe("session-isolation", until=UNTIL, transport="http")
async def session_isolation(driver: Driver) -> None:
    """Two sessions make requests at once, with ids and progress tokens of their own."""
    async with driver.stateful() as first, driver.stateful() as second:
        if first.session_id is None or second.session_id is None:
            return
        sessions = (("first", first), ("second", second))
        await asyncio.gather(*(_converse(driver, name, session) for name, session in sessions))
        await asyncio.gather(*(session.barrier() for _, session in sessions))


async def _converse(driver: Driver, name: str, session: StatefulSession) -> None:
    for number, (method, params) in enumerate(cheap_requests(driver), start=1):
        request_id = f"{name}-{number}"
        dressed = with_token(params, request_id)
        await session.request(method, dressed, case=name, request_id=request_id)
