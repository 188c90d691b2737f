"""Stimuli about what server/discover says of versions and capabilities."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.headers import META_VERSION
from mcp_proof_contracts.json_value import JsonArray, JsonObject
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.revision import STATEFUL, Revision
from mcp_proof_contracts.wire import as_list

MAX_VERSIONS: Final = 4
"""Listed versions that are tried."""
COMPLETION: Final[JsonObject] = {
    "ref": {"type": "ref/prompt", "name": "mcp-proof"},
    "argument": {"name": "mcp-proof", "value": ""},
}


@probe("discover", since=Revision.R2026_07_28)
async def discover(driver: Driver) -> None:
    """Speak the other versions that are listed, and ask for what is not declared."""
    session = await driver.session()
    listed = as_list(session.server.get("supportedVersions"))
    await speak(session, listed, case="listed-version")
    for capability, method, _ in LISTS:
        if capability not in session.capabilities:
            await session.request(method, case="family")
    await session.request("completion/complete", COMPLETION, case="family")


async def speak(session: Session, versions: JsonArray, *, case: str) -> None:
    """Ask server/discover at each modern version of a list that the server gave."""
    modern = [v for v in versions if isinstance(v, str) and v not in STATEFUL]
    for version in modern[:MAX_VERSIONS]:
        await session.request("server/discover", {"_meta": {META_VERSION: version}}, case=case)
