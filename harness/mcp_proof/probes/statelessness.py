"""Stimuli about what a server remembers: newcomers, and clients that share a connection."""

import asyncio
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.client import CLIENT_INFO
from mcp_proof_contracts.headers import META_CLIENT_INFO
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision

OTHER_CLIENT: Final[JsonObject] = {"name": "mcp-proof-other", "version": "0.1.0"}
ROUNDS: Final = 2


@probe("newcomer", since=Revision.R2026_07_28)
async def newcomer(driver: Driver) -> None:
    """A list as the first request of a new connection, then what was begun on another one."""
    main = await driver.session()
    if not main.lists:
        return
    method = main.lists[0]
    before = await main.request(method, case="before")
    cursor = before.result.get("nextCursor") if before.result is not None else None
    if isinstance(cursor, str):
        await main.request(method, {"cursor": cursor}, case="cursor-home")
    async with driver.fresh(start=False) as session:
        await session.request(method, case="first")
        if isinstance(cursor, str):
            await session.request(method, {"cursor": cursor}, case="cursor")
        for name, arguments in driver.callable_tools()[:1]:
            params: JsonObject = {"name": name, "arguments": arguments}
            await session.request("tools/call", params, case="call")
    main = await driver.session()
    await main.request(method, case="after")


@probe("interleaved", since=Revision.R2026_07_28)
async def interleaved(driver: Driver) -> None:
    """Two clients ask for the same list in turn, without waiting for each other."""
    session = await driver.session()
    if not session.lists:
        return
    method = session.lists[0]
    clients = {"one": CLIENT_INFO, "other": OTHER_CLIENT}
    await asyncio.gather(
        *(
            session.request(method, {"_meta": {META_CLIENT_INFO: info}}, case=name)
            for _ in range(ROUNDS)
            for name, info in clients.items()
        )
    )
