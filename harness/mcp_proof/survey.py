"""The ordinary conversation every run begins with: look around and use what is safe to use.

It sends nothing odd. What it shows is what most rules judge, and what the probes build on.
"""

from typing import TYPE_CHECKING, Final

from mcp_proof.tool_server import MAX_CALLS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.wire import as_list, as_object, encode

if TYPE_CHECKING:
    from mcp_proof.driver import Driver

MAX_USES: Final = 5
"""How many resources are read and prompts are got."""

FOR_TASKS: Final = (
    "task",
    "slow_task",
    "task_failure",
    "task_error",
    "task_input",
    "task_required",
)
"""Occasions that wait for clients that take tasks, and take their time with others."""


async def survey(driver: "Driver") -> None:
    """List everything the server declares, and use what changes nothing and what was named."""
    session = await driver.session()
    for capability, method, member in LISTS:
        if capability in session.capabilities:
            driver.items[member] = await driver.list_all(session, method, member)
            if member == "tools":
                driver.remember_tools(driver.items[member])
    for number, use in enumerate(_uses(driver)):
        token: JsonObject = {"progressToken": f"use-{number}"}
        await session.call(use.method, {**use.params, "_meta": token})
    await session.barrier()
    driver.notice_occasions()


def _uses(driver: "Driver") -> list[Occasion]:
    """What to call, read and get: each once."""
    uses = [
        Occasion("tools/call", {"name": name, "arguments": arguments})
        for name, arguments in driver.callable_tools()[:MAX_CALLS]
    ]
    uses += [
        Occasion("resources/read", {"uri": resource.get("uri")})
        for resource in driver.items.get("resources", ())[:MAX_USES]
    ]
    uses += [_got(prompt) for prompt in driver.items.get("prompts", ())[:MAX_USES]]
    named = driver.hints.occasions.items()
    uses += [each for name, given in named if name not in FOR_TASKS for each in given]
    return list({encode([use.method, use.params]): use for use in uses}.values())


def _got(prompt: JsonObject) -> Occasion:
    required: dict[str, Json] = {
        str(argument.get("name")): "example"
        for argument in map(as_object, as_list(prompt.get("arguments")))
        if argument.get("required") is True
    }
    given: JsonObject = {"arguments": required} if required else {}
    return Occasion("prompts/get", {"name": prompt.get("name"), **given})
