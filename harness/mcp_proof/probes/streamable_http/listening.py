"""Stimuli for a client that listens twice."""

import asyncio
import contextlib
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.streamable_http.calls import cheap_requests, with_token
from mcp_proof_contracts.revision import Revision

HEAD_PATIENCE: Final = 1.0
"""Seconds to wait for the head of a stream: some servers send it with the first event."""


@probe("two-listeners", until=Revision.R2025_11_25, transport="http")
async def two_listeners(driver: Driver) -> None:
    """Two GET streams in one session, opened before the server may speak unasked."""
    async with driver.stateful(start=False) as session:
        answer = await session.initialize(session.revision)
        if answer.result is None:
            return
        for case in ("first", "second"):
            listening = session.listen(case=case)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(listening.answered.wait(), HEAD_PATIENCE)
        await session.confirm()
        for number, (method, params) in enumerate(cheap_requests(driver), start=1):
            await session.request(method, with_token(params, f"two-listeners-{number}"))
