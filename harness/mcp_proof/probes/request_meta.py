"""Stimuli about the metadata of a request: one member missing or ill-typed at a time."""

from collections.abc import Mapping
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.stateless import StatelessSession
from mcp_proof_contracts.headers import META_CAPABILITIES, META_CLIENT_INFO, META_VERSION
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision

WITHOUT: Final = {
    "no-version": META_VERSION,
    "no-capabilities": META_CAPABILITIES,
    "no-client-info": META_CLIENT_INFO,
}
ILL_TYPED: Final[Mapping[str, tuple[str, Json]]] = {
    "version-number": (META_VERSION, 20260728),
    "capabilities-string": (META_CAPABILITIES, "everything"),
    "capabilities-null": (META_CAPABILITIES, None),
}


@probe("request-meta", since=Revision.R2026_07_28)
async def request_meta(driver: Driver) -> None:
    """`server/discover` with every way in which its metadata can be incomplete."""
    await _ask(driver, "no-meta", None)
    for case, left_out in WITHOUT.items():
        good = await _meta(driver)
        await _ask(driver, case, {name: value for name, value in good.items() if name != left_out})
    for case, (member, value) in ILL_TYPED.items():
        await _ask(driver, case, {**await _meta(driver), member: value})


async def _meta(driver: Driver) -> dict[str, Json]:
    session = await driver.session()
    assert isinstance(session, StatelessSession)
    return session.meta()


async def _ask(driver: Driver, case: str, meta: dict[str, Json] | None) -> None:
    session = await driver.session()
    # The header always says the version: only the message is at fault.
    await session.request(
        "server/discover",
        {} if meta is None else {"_meta": meta},
        case=case,
        bare=True,
        headers={"MCP-Protocol-Version": str(driver.revision)},
    )
