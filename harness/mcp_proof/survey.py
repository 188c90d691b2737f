"""The ordinary conversation every run begins with: look around and use what is safe to use.

It sends nothing odd. What it shows is what most rules judge, and what the probes build on.
"""

from typing import TYPE_CHECKING, Final

from mcp_proof.tool_server import MAX_CALLS
from mcp_proof_contracts.headers import META_LOG_LEVEL
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.log_messages import LEVELS
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.wire import as_list, as_object, encode

if TYPE_CHECKING:
    from mcp_proof.driver import Driver

MAX_USES: Final = 5
"""How many resources are read and prompts are got."""
EXAMPLE_URI: Final = "https://example.com/"
"""What prompts are given for a URI where no resource is listed."""
FOR_PROBES: Final = frozenset(
    {
        *("tools_changed", "resources_changed", "prompts_changed"),
        *("task", "task_failure", "task_error", "task_input", "task_required", "slow_task"),
    }
)
"""Occasions that wait for their probes: they make a list another one than was just seen, or are
worth something only to who asks for tasks."""


async def survey(driver: "Driver") -> None:
    """List everything the server declares, and use what changes nothing and what was named."""
    session = await driver.session()
    for capability, method, member in LISTS:
        if capability in session.capabilities:
            driver.items[member] = await driver.list_all(session, method, member)
            if member == "tools":
                driver.remember_tools(driver.items[member])
    for number, use in enumerate(_uses(driver)):
        meta: dict[str, Json] = {"progressToken": f"use-{number}"}
        if driver.stateless:
            meta[META_LOG_LEVEL] = LEVELS[0]
        await session.call(use.method, {**use.params, "_meta": meta})
    await session.barrier()
    driver.notice_occasions()


def _uses(driver: "Driver") -> list[Occasion]:
    """What to call, read and get: each once."""
    uses = [
        Occasion("tools/call", {"name": name, "arguments": arguments})
        for name, arguments in _called(driver)
    ]
    uses += [
        Occasion("resources/read", {"uri": resource.get("uri")})
        for resource in driver.items.get("resources", ())[:MAX_USES]
    ]
    uses += [plain_get(driver, prompt) for prompt in driver.items.get("prompts", ())[:MAX_USES]]
    for name, named in driver.hints.occasions.items():
        uses += named if name not in FOR_PROBES else ()
    return list({encode([use.method, use.params]): use for use in uses}.values())


def argument_value(driver: "Driver", name: str) -> str:
    """Return a value for a prompt's argument, of which nothing but the name is known."""
    if not name.lower().endswith(("uri", "url")):
        return "example"
    resources = driver.items.get("resources", ())
    return next((str(each["uri"]) for each in resources if "uri" in each), EXAMPLE_URI)


def _called(driver: "Driver") -> list[tuple[str, JsonObject]]:
    """The tools that the user named, and some of those that change nothing."""
    tools = driver.callable_tools()
    named = [tool for tool in tools if tool[0] in driver.allowed]
    return named + [tool for tool in tools if tool[0] not in driver.allowed][:MAX_CALLS]


def plain_get(driver: "Driver", prompt: JsonObject) -> Occasion:
    """Return the request for a prompt with no more than it requires."""
    required: dict[str, Json] = {
        str(argument.get("name")): argument_value(driver, str(argument.get("name")))
        for argument in map(as_object, as_list(prompt.get("arguments")))
        if argument.get("required") is True
    }
    given: JsonObject = {"arguments": required} if required else {}
    return Occasion("prompts/get", {"name": prompt.get("name"), **given})
