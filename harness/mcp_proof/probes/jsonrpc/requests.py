"""Stimuli about requests and responses: unusual ids, unknown methods, parameters of any shape."""

import asyncio
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.client import ClientProfile
from mcp_proof_contracts.headers import META_CAPABILITIES
from mcp_proof_contracts.json_value import Json, JsonObject

UNUSUAL_IDS: Final[dict[str, Json]] = {
    "text": "mcp-proof",
    "digits": "4711",
    "empty": "",
    "zero": 0,
    "negative": -1,
    "largest": 2**53 - 1,
}
"""Ids that are in no session's own numbering, by case."""
NEEDS_PARAMS: Final = {
    "tools": "tools/call",
    "prompts": "prompts/get",
    "resources": "resources/read",
    "completions": "completion/complete",
}
"""A method with a required parameter for each capability."""
UNKNOWN: Final = "io.github.mcp-proof/unknown"


@probe("unusual-ids")
async def unusual_ids(driver: Driver) -> None:
    """Requests with every kind of id there is, together."""
    session = await driver.session()
    method = driver.revision.control_method
    await asyncio.gather(
        *(
            session.request(method, request_id=request_id, case=case)
            for case, request_id in UNUSUAL_IDS.items()
        )
    )
    await session.barrier()


@probe("unknown-method")
async def unknown_method(driver: Driver) -> None:
    """A request for a method that nobody has."""
    session = await driver.session()
    await session.request(UNKNOWN)


@probe("bad-params")
async def bad_params(driver: Driver) -> None:
    """Requests whose parameters are an array, or lack what is required."""
    session = await driver.session()
    for method in session.lists[:1]:
        good = session.envelope(method, None, "array")
        # Such a message may be left unanswered, so that waiting for the answer is no use.
        sending = await session.send(
            {**good, "params": ["mcp-proof"]}, case="array", headers={**session.headers(good)}
        )
        await session.settle(sending)
    for capability, method in NEEDS_PARAMS.items():
        session = await driver.session()
        if capability in session.capabilities:
            await session.request(method, {}, case="missing")
    await session.barrier()


@probe("unknown-members")
async def unknown_members(driver: Driver) -> None:
    """One more parameter in a request, and one more capability in what a client declares."""
    session = await driver.session()
    method = (session.lists or [driver.revision.control_method])[0]
    await session.request(method, {UNKNOWN: {"since": "tomorrow"}}, case="params")
    nothing: JsonObject = {}
    capabilities = {**session.profile.declared(driver.revision), UNKNOWN: nothing}
    if driver.stateless:
        meta: dict[str, Json] = {META_CAPABILITIES: capabilities}
        await session.request(method, {"_meta": meta}, case="capabilities")
    else:
        await driver.elsewhere(ClientProfile(capabilities=capabilities))
