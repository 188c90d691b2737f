"""Stimuli that are arrays of messages."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.jsonrpc.requests import easy_method
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import encode


@probe("batch", since=Revision.R2025_03_26, until=Revision.R2025_03_26)
async def batch(driver: Driver) -> None:
    """Two requests and a notification in one array."""
    session = await driver.session()
    ids = ["batch-1", "batch-2"]
    items: list[Json] = [{"jsonrpc": "2.0", "id": each, "method": "ping"} for each in ids]
    unknown = {"jsonrpc": "2.0", "method": "notifications/io.github.mcp-proof/unknown"}
    await session.answers(ids, session.send([*items, unknown]))


@probe("array-refused", since=Revision.R2025_06_18)
async def array(driver: Driver) -> None:
    """One good request in an array, where there are no batches any more."""
    session = await driver.session()
    method = easy_method(driver)
    message: dict[str, Json] = {"jsonrpc": "2.0", "id": "array-1", "method": method}
    if (params := session.dress(method, None)) is not None:
        message["params"] = params
    sending = await session.send_raw(encode([message]), headers={**session.headers(message)})
    if sending.channel != "stdio":
        await session.settle(sending)
    await session.barrier()


@probe("batch-initialize", since=Revision.R2025_03_26, until=Revision.R2025_03_26)
async def batch_initialize(driver: Driver) -> None:
    """`initialize` in an array, on a new connection."""
    async with driver.fresh(start=False) as session:
        initialize: Json = {
            "jsonrpc": "2.0",
            "id": "initialize",
            "method": "initialize",
            "params": {
                "protocolVersion": str(driver.revision),
                "capabilities": session.profile.declared(driver.revision),
                "clientInfo": session.profile.info,
            },
        }
        ping: Json = {"jsonrpc": "2.0", "id": "ping", "method": "ping"}
        await session.settle(await session.send([initialize, ping]))
