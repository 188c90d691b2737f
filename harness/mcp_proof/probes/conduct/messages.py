"""Stimuli that no server expects, one after the other."""

import asyncio
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.rules.conduct.messages import BAD, CASES, START
from mcp_proof_contracts.wire import PROGRESS, encode

NOTHING: Final = "mcp-proof: never asked"
DEEP: Final = 2000
APART: Final = 0.02
"""Seconds between a bad message and the good one, so that a pipe does not hand over both at once:
what a server makes of that is for `stdio-concurrent-requests`."""


@probe(BAD)
async def bad_message(driver: Driver) -> None:
    """A good request; then bad messages, each before a good one, until the server gives up."""
    session = await driver.session()
    method = driver.revision.control_method
    answer = await session.request(method, case=START)
    if answer.result is None:
        return
    for case in CASES:
        good = session.envelope(method, None, f"bad-{case}")
        sending = await session.send_raw(
            _bad(case, good), case=case, headers={**session.headers(good)}
        )
        await session.arrival(sending)
        await asyncio.sleep(APART)
        if not await session.barrier():
            return


def _bad(case: str, good: JsonObject) -> bytes:
    raw: dict[str, bytes] = {
        "null": b"null",
        "string": b'"mcp-proof"',
        "empty-array": b"[]",
        "empty": b"",
        "not-utf8": b'{"jsonrpc":"2.0","id":"bad-not-utf8","method":"\xff\xfe"}',
        "nested": b"[" * DEEP + b"]" * DEEP,
    }
    return raw[case] if case in raw else encode(_wrong(case, good))


def _wrong(case: str, good: JsonObject) -> Json:
    progress: JsonObject = {"progressToken": NOTHING, "progress": 1}
    wrong: dict[str, JsonObject] = {
        "method-number": {**good, "method": 42},
        "params-string": {**good, "params": "mcp-proof"},
        "bare-cancel": {"jsonrpc": "2.0", "method": "notifications/cancelled"},
        "params-array": {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": [1]},
        "stray-progress": {"jsonrpc": "2.0", "method": PROGRESS, "params": progress},
        "stray-result": {"jsonrpc": "2.0", "id": NOTHING, "result": {}},
        "stray-error": {
            "jsonrpc": "2.0",
            "id": None,
            "error": {"code": -32700, "message": "mcp-proof could not read that"},
        },
    }
    return wrong[case]
