"""Stimuli that are arrays of messages."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.jsonrpc.requests import easy_method
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
    items = [_request("ping", "batch-1"), _request("ping", "batch-2"), UNKNOWN]
    sending = session.send(items)
    await session.answers(["batch-1", "batch-2"], sending, limit=min(LONGEST, session.timeout))


@probe("array-refused", since=Revision.R2025_06_18)
async def array_refused(driver: Driver) -> None:
    """One good request in an array, where there are no batches any more."""
    session = await driver.session()
    method = easy_method(driver)
    message = _request(method, "array-1", session.dress(method, None))
    sending = await session.send_raw(encode([message]), headers={**session.headers(message)})
    if sending.channel != "stdio":
        await session.settle(sending)
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
        items = [_request("initialize", "initialize", params), _request("ping", "ping")]
        await session.settle(await session.send(items))


def _request(method: str, request_id: str, params: JsonObject | None = None) -> JsonObject:
    message = {"jsonrpc": "2.0", "id": request_id, "method": method}
    return message if params is None else {**message, "params": params}
