"""Stimuli that are arrays of messages."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import encode

UNKNOWN: Final[JsonObject] = {
    "jsonrpc": "2.0",
    "method": "notifications/io.github.mcp-proof/unknown",
}
LONGEST: Final = 3.0
"""Seconds to wait for the answers: many servers ignore a batch; later ones are still recorded."""


@probe("batch", since=Revision.R2025_03_26, until=Revision.R2025_03_26)
async def batch(driver: Driver) -> None:
    """Two requests and a notification in one array."""
    session = await driver.session()
    pings = [session.envelope("ping", None, f"batch-{number}") for number in (1, 2)]
    items = [*pings, UNKNOWN]
    sending = session.send(items)
    await session.answers(["batch-1", "batch-2"], sending, limit=min(LONGEST, session.timeout))


@probe("array-refused", since=Revision.R2025_06_18)
async def array_refused(driver: Driver) -> None:
    """One good request in an array, where there are no batches any more."""
    session = await driver.session()
    message = session.envelope(driver.revision.control_method, None, "array-1")
    sending = await session.send_raw(encode([message]), headers={**session.headers(message)})
    await session.arrival(sending)
    await session.barrier()


@probe("batch-initialize", since=Revision.R2025_03_26, until=Revision.R2025_03_26)
async def batch_initialize(driver: Driver) -> None:
    """`initialize` in an array, on a new connection."""
    async with driver.fresh(start=False) as session:
        params: JsonObject = {
            "protocolVersion": str(driver.revision),
            "capabilities": session.profile.declared(driver.revision),
            "clientInfo": session.profile.info,
        }
        opening = session.envelope("initialize", params, "initialize")
        items = [opening, session.envelope("ping", None, "ping")]
        await session.settle(await session.send(items))
