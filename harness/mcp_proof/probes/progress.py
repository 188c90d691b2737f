"""Stimuli about progress: requests at a time, so that the server's own tokens can be compared."""

import asyncio
import contextlib
from collections.abc import Awaitable
from dataclasses import replace
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.client import Answering
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.wire import Message

ASKING: Final = ("sampling", "roots", "elicitation")
PATIENCE: Final = 0.5
"""Seconds for which the first question waits for the second."""


@probe("progress-tokens", until=LATEST_STATEFUL)
async def progress_tokens(driver: Driver) -> None:
    """Two calls at a time of what asks the client; the first question waits for the second."""
    occasion = next((o for name in ASKING if (o := driver.occasion(name)) is not None), None)
    if occasion is None:
        return
    session = await driver.session()
    before = session.profile
    session.profile = replace(before, answer=_answer_together(before.answer))
    try:
        both = (session.call(occasion.method, occasion.params) for _ in range(2))
        await asyncio.gather(*both)
    finally:
        session.profile = before


def _answer_together(answer: Answering) -> Answering:
    """Answer as usual, but the first question only when there is another, or none will come."""
    asked, second = 0, asyncio.Event()

    async def answered(message: Message) -> JsonObject:
        nonlocal asked
        asked += 1
        if asked > 1:
            second.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(second.wait(), PATIENCE)
        second.set()
        given = answer(message)
        return await given if isinstance(given, Awaitable) else given

    return answered
