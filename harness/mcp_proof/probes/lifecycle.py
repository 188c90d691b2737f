"""Stimuli about the handshake: versions offered, a client without capabilities, a held one."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.client import ClientProfile
from mcp_proof.sessions.stateful import StatefulSession
from mcp_proof.tool_server import MAX_CALLS
from mcp_proof.transports.streamable_http import HttpConnection
from mcp_proof_contracts.revision import LATEST_STATEFUL, STATEFUL, UNPUBLISHED

AT_ONCE: Final = 2
"""How many of these connections are opened side by side."""


@probe("handshakes", until=LATEST_STATEFUL)
async def handshakes(driver: Driver) -> None:
    """The handshakes that need a connection of their own, two at once: a process takes its time.

    `initialize` with every version but the one already agreed on, and with an impossible one; a
    handshake that is held before its end; one by a client without capabilities.
    """
    versions = [*(str(v) for v in STATEFUL if v is not driver.revision), UNPUBLISHED]
    all_of_them = [partial(_offer, driver, version) for version in versions]
    all_of_them += [partial(_held, driver), partial(_bare, driver)]
    # Six interpreters that start side by side on a small machine would seem not to answer.
    room = asyncio.Semaphore(AT_ONCE)
    shaken = (_in_turn(room, handshake) for handshake in all_of_them)
    for outcome in await asyncio.gather(*shaken, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def _in_turn(room: asyncio.Semaphore, handshake: Callable[[], Awaitable[None]]) -> None:
    async with room:
        await handshake()


async def _offer(driver: Driver, version: str) -> None:
    """Offer a version and leave."""
    async with driver.stateful(start=False) as session:
        await session.initialize(version, case=version)


async def _held(driver: Driver) -> None:
    """Send a ping after the `initialize` result, and `notifications/initialized` only then.

    Over HTTP the event stream is opened first, for the requests that the server might send.
    """
    async with driver.stateful(start=False) as session:
        answer = await session.initialize(driver.revision, case="held")
        if answer.result is None:
            return
        if isinstance(session.connection, HttpConnection):
            session.listen(case="held-stream")
        await session.request("ping", case="held-ping")
        await session.confirm(case="held-end")


async def _bare(driver: Driver) -> None:
    """Use the read-only tools as ever, but declare no capability."""
    async with driver.fresh(ClientProfile(capabilities={}), start=False) as session:
        assert isinstance(session, StatefulSession)
        answer = await session.start()
        if answer.result is None:
            return
        calls = driver.callable_tools()[:MAX_CALLS]
        await asyncio.gather(
            *(
                session.request("tools/call", {"name": name, "arguments": given}, case="bare-call")
                for name, given in calls
            )
        )
        await session.request("ping", case="bare-ping")


@probe("ping", until=LATEST_STATEFUL)
async def ping(driver: Driver) -> None:
    """One ping in the main session."""
    session = await driver.session()
    await session.request("ping")
