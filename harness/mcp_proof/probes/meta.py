"""Stimuli about the keys in `_meta`."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.json_value import JsonObject

VENDOR_KEY: Final[JsonObject] = {"com.example/mcp-proof": {"trail": [1, "two", None]}}


@probe("meta-unknown-key")
async def meta_unknown_key(driver: Driver) -> None:
    """Good requests with a vendor's key in `_meta`: one that every server has, and a list."""
    session = await driver.session()
    methods = [driver.revision.control_method]
    if "tools" in session.capabilities:
        methods.append("tools/list")
    for method in methods:
        await session.request(method, {"_meta": VENDOR_KEY}, case=method)
