"""A call that is cancelled as soon as it was sent (utilities/cancellation)."""

import asyncio
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.tool_server import CallFailure, CallOutcome
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import id_key

UNDER_WAY: Final = 0.01
"""Seconds in which a request over HTTP gets to the server, so that there is something to cancel."""


async def cancelled(server: Driver, name: str, arguments: JsonObject) -> CallOutcome:
    """Call a tool and cancel it; it comes to nothing if a control request is answered then."""
    session = await server.session()
    begun = len(server.recorder.transcript.events)
    number = session.new_id()
    params: JsonObject = {"name": name, "arguments": arguments}
    sending = await session.send(session.envelope("tools/call", params, number))
    if not sending.shared:
        await asyncio.wait({sending.ended}, timeout=UNDER_WAY)
    if session.revision.era is Era.STATELESS and not sending.shared:
        sending.close()
    else:
        reason: JsonObject = {"requestId": number, "reason": "cancelled by the client"}
        await session.notify("notifications/cancelled", reason)
    if not await session.barrier():  # how it ended is recorded with the silence
        why = "no answer to a control request after a call was cancelled"
        return CallOutcome(failure=CallFailure(text=why, answered=False))
    if not _is_answered(server, number, begun) and not sending.ended.done():
        await server.renew()  # an answer that comes much later would belong to nothing any more
    return CallOutcome()


def _is_answered(server: Driver, number: int, begun: int) -> bool:
    said = (
        e.message for e in server.recorder.transcript.events[begun:] if e.sender is Sender.SERVER
    )
    return any(m is not None and m.is_response and id_key(m.id) == id_key(number) for m in said)
