"""Subscriptions side by side, while something changes."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.listening import Listening
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.headers import META_LOG_LEVEL
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rules.subscriptions.opened import UPDATED
from mcp_proof_contracts.wire import as_object

CHANGES: Final = {
    "tools_changed": "notifications/tools/list_changed",
    "prompts_changed": "notifications/prompts/list_changed",
    "resources_changed": "notifications/resources/list_changed",
    "resource_updated": UPDATED,
}
"""The occasions on which something changes, and what then is notified."""
LISTED: Final = ("tools", "prompts", "resources")
AT_ONCE: Final = 0.1
"""Seconds in which a stream would have ended that ends at once."""
PROMPTLY: Final = 0.4
"""Seconds to wait for a notification that need not come."""
PATIENTLY: Final = 1.5
"""Seconds to wait for one that should come."""


@probe("listen", since=Revision.R2026_07_28)
async def listen(driver: Driver) -> None:
    """Open a narrow subscription and two wide ones, make changes, cancel one and make another."""
    wanted = _everything(driver, await driver.session())
    if not wanted:
        return
    async with driver.fresh() as session:
        apart = await _opened(session, "mcp-proof", _little(driver, wanted), "apart")
        first = await _opened(session, 0, wanted, "first")
        second = await _opened(session, "0", wanted, "second")
        if apart is None or first is None or second is None:
            return
        for name in CHANGES:
            await _change(driver, session, name, [first, second])
        await _request_scoped(driver, session)
        await second.cancel(case="cancel")
        await session.barrier()
        if session.connection.alive and driver.transport == "stdio":
            await _change_once_more(driver, session, first)
        # What is still open ends with the session: over stdio the server may say so.


def _everything(driver: Driver, session: Session) -> dict[str, Json]:
    """The filter with all that the server declares to tell of."""
    wanted: dict[str, Json] = {
        f"{name}ListChanged": True
        for name in LISTED
        if as_object(session.capabilities.get(name)).get("listChanged") is True
    }
    if as_object(session.capabilities.get("resources")).get("subscribe") is True:
        wanted["resourceSubscriptions"] = [*_uris(driver)[:1]]
    return wanted


def _little(driver: Driver, wanted: JsonObject) -> JsonObject:
    """A filter with less than that: what is not going to change, and another resource."""
    little: dict[str, Json] = {
        f"{name}ListChanged": True
        for name in LISTED
        if f"{name}ListChanged" in wanted and driver.occasion(f"{name}_changed") is None
    }
    if "resourceSubscriptions" in wanted:
        little["resourceSubscriptions"] = [*_uris(driver)[1:2]]
    return little if little != wanted else {}


def _uris(driver: Driver) -> list[Json]:
    """The resource that is going to be updated, then those that have nothing to do with it."""
    listed = [str(resource.get("uri")) for resource in driver.items.get("resources", ())]
    updated = driver.occasion("updated_resource")
    uri = str(updated.params.get("uri")) if updated is not None else next(iter(listed), None)
    if uri is None:
        return []
    return [uri, *(each for each in listed if not _related(each, uri))]


def _related(one: str, other: str) -> bool:
    return one.startswith(other.rstrip("/")) or other.startswith(one.rstrip("/"))


async def _opened(
    session: Session, request_id: Json, wanted: JsonObject, case: str
) -> Listening | None:
    """Open a subscription; `None` when there is none."""
    listening = await Listening.open(session, request_id, wanted, case=case)
    if not await listening.acknowledged():
        return None
    open_still = await listening.lasts(AT_ONCE)
    await session.barrier()
    return listening if open_still else None


async def _change(driver: Driver, session: Session, name: str, listening: list[Listening]) -> None:
    occasion = driver.occasion(name)
    if occasion is None:
        return
    lists = name == "tools_changed" and "tools" in session.capabilities
    before = (
        await driver.list_all(session, "tools/list", "tools", case="tools before") if lists else []
    )
    since = session.recorder.seq
    await session.call(occasion.method, occasion.params, case=name)
    after = (
        await driver.list_all(session, "tools/list", "tools", case="tools after") if lists else []
    )
    for each in listening:
        await each.hears(CHANGES[name], PATIENTLY if before != after else PROMPTLY, since)
    await session.barrier()


async def _request_scoped(driver: Driver, session: Session) -> None:
    """Requests that report their progress or log, for the client that sent them."""
    for name in ("progress", "logging"):
        occasion = driver.occasion(name)
        if occasion is not None:
            meta: JsonObject = {"progressToken": f"listen-{name}", META_LOG_LEVEL: "debug"}
            await session.call(occasion.method, {**occasion.params, "_meta": meta}, case=name)
    await session.barrier()


async def _change_once_more(driver: Driver, session: Session, first: Listening) -> None:
    for name, method in CHANGES.items():
        occasion: Occasion | None = driver.occasion(name)
        if occasion is not None:
            since = session.recorder.seq
            await session.call(occasion.method, occasion.params, case=f"{name} again")
            await first.hears(method, PROMPTLY, since)
            await session.barrier()
            return
