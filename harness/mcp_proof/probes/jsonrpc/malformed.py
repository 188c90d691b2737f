"""Stimuli that are no messages."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode


@probe("malformed")
async def malformed(driver: Driver) -> None:
    """What is no JSON, and JSON that is no request; a good request after each."""
    for case in ("truncated", "no-method", "version", "number"):
        session = await driver.session()
        good = session.envelope(driver.revision.control_method, None, "malformed")
        # The headers are those of the good message: one defect at a time.
        headers = {**session.headers(good)}
        sending = await session.send_raw(_spoilt(case, good), case=case, headers=headers)
        await session.arrival(sending)
        await session.barrier()


def _spoilt(case: str, good: JsonObject) -> bytes:
    match case:
        case "truncated":
            return encode(good)[:-1]
        case "no-method":
            return encode({name: value for name, value in good.items() if name != "method"})
        case "version":
            return encode({**good, "id": "version", "jsonrpc": "1.0"})
        case _:
            return b"42"
