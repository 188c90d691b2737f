"""Subscriptions of the official Python SDK 2.x: each is held open, and read, by a task."""

import asyncio
from typing import Any

from driving import Wish
from mcp.client.subscriptions import ResourceUpdated

FLAGS = {
    "toolsListChanged": "tools_list_changed",
    "promptsListChanged": "prompts_list_changed",
    "resourcesListChanged": "resources_list_changed",
    "resourceSubscriptions": "resource_subscriptions",
}
"""The members of a filter, as the SDK calls them."""


class Listening:
    """The subscriptions of one client, by name."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401  # whatever the SDK makes
        self._client = client
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._heard: dict[str, list[dict[str, Any]]] = {}

    async def listen(self, wish: Wish) -> None:
        """Open one; return once it is acknowledged."""
        wanted = {FLAGS[name]: value for name, value in wish["notifications"].items()}
        opened = asyncio.get_running_loop().create_future()
        name = wish["name"]
        self._heard[name] = []
        self._tasks[name] = asyncio.create_task(self._hear(name, wanted, opened))
        await opened

    async def stop(self, wish: Wish) -> object:
        """End one; return what came of it."""
        await self._end(self._tasks.pop(wish["name"]))
        return self._heard.pop(wish["name"])

    async def close(self) -> None:
        """End all."""
        for task in self._tasks.values():
            await self._end(task)

    async def _end(self, task: "asyncio.Task[None]") -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _hear(
        self, name: str, wanted: dict[str, Any], opened: "asyncio.Future[None]"
    ) -> None:
        try:
            async with self._client.listen(**wanted) as subscription:
                opened.set_result(None)
                async for event in subscription:
                    self._heard[name].append(_told(event))
        except Exception as error:
            if opened.done():
                raise
            opened.set_exception(error)


def _told(event: object) -> dict[str, Any]:
    """Return an event as the notification that it came by."""
    if isinstance(event, ResourceUpdated):
        return {"method": "notifications/resources/updated", "params": {"uri": str(event.uri)}}
    kind = type(event).__name__.removesuffix("ListChanged").lower()
    return {"method": f"notifications/{kind}/list_changed", "params": {}}
