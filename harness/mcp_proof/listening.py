"""A subscription of the stateless era: one request whose stream stays open beside others."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from mcp_proof.sessions.session import Session
from mcp_proof_contracts.json_value import JsonObject


@asynccontextmanager
async def listening(session: Session, wanted: JsonObject) -> AsyncGenerator[None]:
    """Listen to these kinds of notifications meanwhile (patterns/subscriptions).

    Args:
        session: where the subscription is opened, and ended.
        wanted: the filter.
    """
    number = session.new_id()
    request = session.envelope("subscriptions/listen", {"notifications": wanted}, number)
    sending = await session.send(request, case="listen")
    await session.head(sending)
    await session.barrier()
    try:
        yield
    finally:
        if sending.shared:
            await session.notify("notifications/cancelled", {"requestId": number}, case="end")
            await session.barrier()
        else:
            sending.close()
