"""Hear of changes: by the session's own stream, in 2026-07-28 by `subscriptions/listen`."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.sessions.session import Session
from mcp_proof.transports.connection import Sending
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.wire import Kind

LISTEN: Final = "subscriptions/listen"
ACKNOWLEDGED: Final = "notifications/subscriptions/acknowledged"
PATIENCE: Final = 1.0
"""Seconds in which a healthy server tells of a change."""
_PAUSE: Final = 0.01


class Ears:
    """What one session hears of what it did not ask for."""

    def __init__(self, driver: Driver, session: Session) -> None:
        self._transcript = driver.recorder.transcript
        self._session = session.connection.name
        self._from = len(self._transcript.events)

    async def hear(self, method: str, seconds: float = PATIENCE) -> bool:
        """Wait until a notification has come since the ears were opened, or the time is over."""
        end = time.monotonic() + seconds
        while not self._heard(method):
            if time.monotonic() >= end:
                return False
            await asyncio.sleep(_PAUSE)
        return True

    def _heard(self, method: str) -> bool:
        events = self._transcript.events
        for event in events[self._from :]:
            said = event.message
            if said is None or said.kind is not Kind.NOTIFICATION or said.method != method:
                continue
            if event.session == self._session and event.sender.value == "server":
                return True
        return False


@contextlib.asynccontextmanager
async def listening(
    driver: Driver, session: Session, notifications: JsonObject, *, case: str = "listen"
) -> AsyncGenerator[None]:
    """Listen to some changes for a while; before 2026-07-28 the session does so by itself.

    Args:
        driver: the driver of the running probe.
        session: who listens.
        notifications: the filter of `subscriptions/listen`.
        case: the case of that request.
    """
    if session.revision.era is Era.STATEFUL:
        yield
        return
    ears, number = Ears(driver, session), session.new_id()
    request = session.envelope(LISTEN, {"notifications": notifications}, number)
    sending = await session.send(request, case=case)
    await ears.hear(ACKNOWLEDGED)
    try:
        yield
    finally:
        await _stop(session, sending, number)


async def _stop(session: Session, sending: Sending, number: int) -> None:
    """Cancel the request: over HTTP by closing its stream, elsewhere by a notification."""
    if sending.shared:
        await session.notify("notifications/cancelled", {"requestId": number})
        await session.barrier()
    else:
        sending.close()
