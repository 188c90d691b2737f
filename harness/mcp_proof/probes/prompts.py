"""Stimuli about prompts: their list, their arguments, and requests that cannot be served."""

from collections.abc import Iterator
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.listening import Ears, listening
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_list, as_object

UNKNOWN: Final = "mcp-proof.no-such-prompt"
LISTING: Final = ("prompts/list", "prompts")
NOTIFIED: Final = "notifications/prompts/list_changed"
MAX_PROMPTS: Final = 3
"""How many prompts are got with other arguments, and without any."""
VALUES: Final = ("mcp-proof-amber", "mcp-proof-cobalt")
"""What arguments begin with: nothing that a prompt says of its own."""


@probe("undeclared-prompts")
async def undeclared_prompts(driver: Driver) -> None:
    """prompts/list, where the server does not declare prompts."""
    session = await driver.session()
    if "prompts" not in session.capabilities:
        await session.request("prompts/list")


@probe("unknown-prompt")
async def unknown_prompt(driver: Driver) -> None:
    """A good request, but for a prompt that no server has."""
    session = await driver.session()
    if "prompts" in session.capabilities:
        await session.request("prompts/get", {"name": UNKNOWN})


@probe("missing-prompt-argument")
async def missing_prompt_argument(driver: Driver) -> None:
    """Prompts without the arguments that they require."""
    session = await driver.session()
    needy = [p for p in driver.items.get("prompts", ()) if any(_names(p, required=True))]
    for prompt in needy[:MAX_PROMPTS]:
        await session.request("prompts/get", {"name": prompt.get("name")})


@probe("prompt-arguments")
async def prompt_arguments(driver: Driver) -> None:
    """Prompts that take arguments, each got twice with values of its own."""
    session = await driver.session()
    taking = [p for p in driver.items.get("prompts", ()) if any(_names(p, required=False))]
    for prompt in taking[:MAX_PROMPTS]:
        names = list(_names(prompt, required=True)) or list(_names(prompt, required=False))
        for value in VALUES:
            arguments: JsonObject = {name: f"{value}-{n}" for n, name in enumerate(names)}
            params: JsonObject = {"name": prompt.get("name"), "arguments": arguments}
            await session.call("prompts/get", params)


@probe("prompt-failure")
async def prompt_failure(driver: Driver) -> None:
    """A prompt that fails in the server."""
    occasion = driver.occasion("prompt_failure")
    if occasion is not None and occasion.method == "prompts/get":
        await (await driver.session()).call(occasion.method, occasion.params)


@probe("prompts-changed")
async def prompts_changed(driver: Driver) -> None:
    """The list before and after a request that changes it, and time to be told."""
    occasion = driver.occasion("prompts_changed")
    session = await driver.session()
    declared = as_object(session.capabilities.get("prompts"))
    if occasion is None or declared.get("listChanged") is not True:
        return
    async with listening(session, {"promptsListChanged": True}):
        await driver.list_all(session, *LISTING, case="before")
        ears = Ears(session)
        await session.call(occasion.method, occasion.params, case="change")
        await driver.list_all(session, *LISTING, case="after")
        await ears.hear(NOTIFIED)
        await session.barrier()


def _names(prompt: JsonObject, *, required: bool) -> Iterator[str]:
    for argument in map(as_object, as_list(prompt.get("arguments"))):
        name = argument.get("name")
        if isinstance(name, str) and (argument.get("required") is True or not required):
            yield name
