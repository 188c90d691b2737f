"""Stimuli that are no messages."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.jsonrpc.requests import easy_method
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import encode


@probe("malformed")
async def malformed(driver: Driver) -> None:
    """What is no JSON, and JSON that is no request; a good request after each."""
    for case in ("truncated", "no-method", "version", "number"):
        session = await driver.session()
        good = _good(session, easy_method(driver))
        # The headers are those of the good message: one defect at a time.
        headers = {**session.headers(good)}
        sending = await session.send_raw(_spoilt(case, good), case=case, headers=headers)
        if sending.channel != "stdio":
            await session.settle(sending)
        await session.barrier()


def _good(session: Session, method: str) -> JsonObject:
    message: dict[str, Json] = {"jsonrpc": "2.0", "id": "malformed", "method": method}
    params = session.dress(method, None)
    return message if params is None else {**message, "params": params}


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
