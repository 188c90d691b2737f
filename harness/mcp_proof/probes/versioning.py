"""Stimuli about versions: an unknown one, the handshake of the other era, its methods."""

from collections.abc import Mapping
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.discover import speak
from mcp_proof_contracts.headers import META_VERSION
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, UNPUBLISHED, Revision
from mcp_proof_contracts.wire import as_list, as_object

LEGACY_HEADERS: Final = {"MCP-Protocol-Version": None, "Mcp-Method": None}
REMOVED: Final[Mapping[str, JsonObject]] = {
    "ping": {},
    "logging/setLevel": {"level": "info"},
    "resources/subscribe": {"uri": "file:///mcp-proof"},
    "resources/unsubscribe": {"uri": "file:///mcp-proof"},
}


@probe("versions", since=Revision.R2026_07_28)
async def versions(driver: Driver) -> None:
    """A version that nobody has, then those that the refusal names."""
    session = await driver.session()
    meta: JsonObject = {META_VERSION: UNPUBLISHED}
    answer = await session.request("server/discover", {"_meta": meta}, case="unknown")
    if answer.message is None:
        return
    named = as_list(as_object(answer.message.error.get("data")).get("supported"))
    await speak(session, named, case="retry")


@probe("removed-methods", since=Revision.R2026_07_28)
async def removed_methods(driver: Driver) -> None:
    """The methods that ended with the stateful era, as good requests of this one."""
    for method, params in REMOVED.items():
        session = await driver.session()
        await session.request(method, params, case=method)


@probe("legacy-opening", since=Revision.R2026_07_28)
async def legacy_opening(driver: Driver) -> None:
    """`initialize` as a legacy client opens a connection, then a modern request.

    On a connection of its own: a server may settle for one era by the first request.
    """
    main = await driver.session()
    params: JsonObject = {
        "protocolVersion": str(LATEST_STATEFUL),
        "capabilities": main.profile.declared(LATEST_STATEFUL),
        "clientInfo": main.profile.info,
    }
    async with driver.fresh(start=False) as session:
        answer = await session.request(
            "initialize", params, case="initialize", bare=True, headers=LEGACY_HEADERS
        )
        if answer.result is None:
            return
        if driver.transport != "http":
            await session.notify("notifications/initialized")
        method = (main.lists or [driver.revision.control_method])[0]
        await session.request(method, case="modern-after")
