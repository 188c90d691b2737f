"""Stimuli that resume a stream after one of its events."""

import asyncio
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.streamable_http.calls import Call, cheap_requests, send_request
from mcp_proof.sessions.stateful import StatefulSession
from mcp_proof_contracts.revision import Revision

STREAM_PATIENCE: Final = 2.0
"""Seconds to wait for the end of a stream that is to be resumed."""


@probe("resume", until=Revision.R2025_11_25, transport="http")
async def resume(driver: Driver) -> None:
    """A stream is taken up again after its first event: alone, then after another stream."""
    async with driver.stateful() as session:
        for number, call in enumerate(cheap_requests(driver), start=1):
            first = f"mcp-proof-resume-{number}"
            event_id = await _first_event(session, call, first)
            if event_id is None:
                continue
            if await session.resume(event_id, first, case="alone"):
                await _first_event(session, call, f"{first}-other")
                await session.resume(event_id, first, case="after-another")
            return


async def _first_event(session: StatefulSession, call: Call, request_id: str) -> str | None:
    """Make a request; return the id of its stream's first event when others came after it."""
    sending = await send_request(session, call, request_id)
    await asyncio.wait([sending.ended], timeout=STREAM_PATIENCE)
    return None if sending.first_event_id == sending.last_event_id else sending.first_event_id
