"""Requests that probes of this package repeat: cheap ones, whose answers are likely streams."""

from typing import Final, TypeAlias

from mcp_proof.driver import Driver
from mcp_proof.sessions.session import Session
from mcp_proof.transports.connection import Sending
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading

QUICK: Final = 0.5
"""Seconds within which a call is worth repeating."""

Call: TypeAlias = tuple[str, JsonObject | None]
"""A method and its parameters."""


def cheap_requests(driver: Driver) -> list[Call]:
    """A control request and, where the ordinary traffic showed one, a call that says something."""
    control: Call = (driver.revision.control_method, None)
    call = talkative_call(driver)
    return [control] if call is None else [control, call]


def talkative_call(driver: Driver) -> Call | None:
    """A call of a read-only tool that was quick and was answered by more than its response."""
    arguments = dict(driver.callable_tools())
    for exchange in Reading(driver.recorder.transcript, driver.revision).results("tools/call"):
        name = exchange.sent.message.params.get("name")
        if exchange.http is None or exchange.answer is None or name not in arguments:
            continue
        seconds = exchange.answer.event.at - exchange.sent.event.at
        if len(exchange.http.answers) > 1 and seconds < QUICK:
            return "tools/call", {"name": name, "arguments": arguments[str(name)]}
    return None


def with_token(params: JsonObject | None, token: str) -> JsonObject | None:
    """Return the parameters of a call with a progress token."""
    return None if params is None else {**params, "_meta": {"progressToken": token}}


async def send_request(session: Session, call: Call, request_id: str) -> Sending:
    """Send a good request without waiting for its answer; its id is its progress token too."""
    method, params = call
    return await session.send(session.envelope(method, with_token(params, request_id), request_id))
