"""Stimuli about changes of resources, and those who want to hear of them."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.listening import Ears, listening
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Era
from mcp_proof_contracts.wire import as_object

SUBSCRIBE: Final = "resources/subscribe"
UNSUBSCRIBE: Final = "resources/unsubscribe"
UPDATED: Final = "notifications/resources/updated"
CHANGED: Final = "notifications/resources/list_changed"
SILENCE: Final = 0.3
"""Seconds in which nothing should come."""


@probe("resource-subscriptions", until=LATEST_STATEFUL)
async def resource_subscriptions(driver: Driver) -> None:
    """A subscription to a listed resource, and its end."""
    session = await driver.session()
    uri = _first_uri(driver)
    if _declares(session, "subscribe") and uri is not None:
        await session.request(SUBSCRIBE, {"uri": uri})
        await session.request(UNSUBSCRIBE, {"uri": uri})


@probe("undeclared-subscriptions", until=LATEST_STATEFUL)
async def undeclared_subscriptions(driver: Driver) -> None:
    """A subscription where the server does not declare that it takes any."""
    session = await driver.session()
    uri = _first_uri(driver)
    if _declares(session, "subscribe") or uri is None:
        return
    answer = await session.request(SUBSCRIBE, {"uri": uri})
    if answer.result is not None:
        await session.request(UNSUBSCRIBE, {"uri": uri})


@probe("resource-updates")
async def resource_updates(driver: Driver) -> None:
    """A resource that changes while we are subscribed to it, and once more when we are not."""
    session = await driver.session()
    resource = driver.occasion("updated_resource")
    changes = driver.occasions("resource_updated")
    if resource is None or not changes or not _declares(session, "subscribe"):
        return
    uri: JsonObject = {"uri": resource.params.get("uri")}
    await session.call(resource.method, resource.params, case="before")
    wanted: list[Json] = [uri["uri"]]
    async with listening(session, {"resourceSubscriptions": wanted}):
        await _subscribe(session, SUBSCRIBE, uri, "subscribe")
        ears = Ears(session)
        await session.call(changes[0].method, changes[0].params, case="change")
        await session.barrier()
        await ears.hear(UPDATED)
        await session.call(resource.method, resource.params, case="after")
        await _subscribe(session, UNSUBSCRIBE, uri, "end")
    if driver.stateless:
        return
    again = changes[1 % len(changes)]
    ears = Ears(session)
    await session.call(again.method, again.params, case="change again")
    await session.barrier()
    await ears.hear(UPDATED, SILENCE)


@probe("resource-list-changes")
async def resource_list_changes(driver: Driver) -> None:
    """A change of the list, with the list before and after it."""
    session = await driver.session()
    change = driver.occasion("resources_changed")
    if change is None or not _declares(session, "listChanged"):
        return
    await driver.list_all(session, "resources/list", "resources", case="before")
    async with listening(session, {"resourcesListChanged": True}):
        ears = Ears(session)
        await session.call(change.method, change.params, case="change")
        await session.barrier()
        await ears.hear(CHANGED)
    await driver.list_all(session, "resources/list", "resources", case="after")


async def _subscribe(session: Session, method: str, uri: JsonObject, case: str) -> None:
    """Begin or end a subscription, where that takes a request of its own."""
    if session.revision.era is Era.STATEFUL:
        await session.request(method, uri, case=case)


def _declares(session: Session, flag: str) -> bool:
    return as_object(session.capabilities.get("resources")).get(flag) is True


def _first_uri(driver: Driver) -> str | None:
    uris = (resource.get("uri") for resource in driver.items.get("resources", ()))
    return next((uri for uri in uris if isinstance(uri, str)), None)
