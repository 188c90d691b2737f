"""What the drivers of both majors of the official Python SDK have in common."""

import asyncio
from collections.abc import Callable
from typing import Any

from driving import ASKED, Does, Wish
from mcp import types

USER = ASKED["user"]
CALLBACKS = {
    "elicitation": "elicitation_callback",
    "sampling": "sampling_callback",
    "roots": "list_roots_callback",
}
"""What makes the SDK declare a capability."""


async def elicit(_context: object, _params: object) -> types.ElicitResult:
    """Answer as the user, after a while."""
    await asyncio.sleep(USER.get("seconds", 0))
    return types.ElicitResult.model_validate(USER["elicitation"])


async def sample(
    _context: object, _params: object
) -> types.CreateMessageResult | types.CreateMessageResultWithTools | types.ErrorData:
    """Answer as the model, or as the user who does not let it."""
    if USER["sampling"] == "reject":
        return types.ErrorData(code=-1, message="User rejected sampling request")
    if "sampling.tools" in ASKED["declares"]:
        return types.CreateMessageResultWithTools.model_validate(USER["sampling"])
    return types.CreateMessageResult.model_validate(USER["sampling"])


async def roots(_context: object) -> types.ListRootsResult:
    """Say which roots there are."""
    if USER["roots"] == "fail":
        raise RuntimeError("the roots cannot be listed")
    return types.ListRootsResult.model_validate({"roots": USER["roots"]})


def callbacks() -> dict[str, Any]:
    """Return the callbacks for what is to be declared."""
    declared = {name.partition(".")[0] for name in ASKED["declares"]}
    given: dict[str, Callable[..., Any]] = {
        "elicitation_callback": elicit,
        "sampling_callback": sample,
        "list_roots_callback": roots,
    }
    chosen: dict[str, Any] = {n: given[n] for kind, n in CALLBACKS.items() if kind in declared}
    if "sampling.tools" in ASKED["declares"]:
        tools = types.SamplingToolsCapability()
        chosen["sampling_capabilities"] = types.SamplingCapability(tools=tools)
    return chosen


async def hear(_progress: float, _total: float | None, _message: str | None) -> None:
    """Hear how far a call is."""


def heard(wish: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments by which a call reports its progress, where that is wished."""
    return {"progress_callback": hear} if wish.get("progress") else {}


def plain(model: Any) -> Any:  # noqa: ANN401  # either major's models
    """Return a model as JSON."""
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


LISTS = {
    "tools": ("list_tools", "tools"),
    "resources": ("list_resources", "resources"),
    "resource-templates": ("list_resource_templates", "resourceTemplates"),
    "prompts": ("list_prompts", "prompts"),
}
"""The method of the SDK for each list, and the member that holds the items."""


async def all_pages(client: Any, what: str, at: Callable[[Any], dict[str, Any]]) -> list[Any]:  # noqa: ANN401  # likewise
    """Return the items of a list, page by page: the SDK leaves the walk to its user."""
    method, member = LISTS[what]
    items: list[Any] = []
    cursor = None
    while True:
        page = plain(await getattr(client, method)(**at(cursor)))
        items += page[member]
        cursor = page.get("nextCursor")
        if cursor is None:
            return items


def asked_alike(client: Callable[[], Any]) -> Does:
    """Return what does the kinds of wishes for which both majors have the same method.

    `client` returns the client, or session, of just now.
    """

    async def prompted(wish: Wish) -> object:
        return plain(await client().get_prompt(wish["prompt"], wish.get("arguments")))

    async def complete(wish: Wish) -> object:
        of_prompt = wish["ref"]["type"] == "ref/prompt"
        kind = types.PromptReference if of_prompt else types.ResourceTemplateReference
        return plain(await client().complete(kind.model_validate(wish["ref"]), wish["argument"]))

    async def ping(_wish: Wish) -> object:
        return plain(await client().send_ping())

    async def change_roots(wish: Wish) -> None:
        USER["roots"] = wish["roots"]
        await client().send_roots_list_changed()

    return {
        "get-prompt": prompted,
        "complete": complete,
        "ping": ping,
        "change-roots": change_roots,
    }
