"""Stimuli about calls: an unknown tool, malformed requests, arguments that break a schema."""

from collections.abc import Iterator

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.survey import MAX_CALLS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import as_list, as_object

UNKNOWN = "mcp-proof.no-such-tool"
MAX_TOOLS = 3
"""How many tools are called with wrong arguments."""
NO_STRING: Json = {"mcp-proof": "no string"}


@probe("unknown-tool")
async def unknown_tool(driver: Driver) -> None:
    """A good call, but of a tool that no server has."""
    session = await driver.session()
    if "tools" in session.capabilities:
        await session.request("tools/call", {"name": UNKNOWN, "arguments": {}})


@probe("malformed-call")
async def malformed_call(driver: Driver) -> None:
    """A call that names no tool, and one whose arguments are an array."""
    session = await driver.session()
    if "tools" not in session.capabilities:
        return
    await session.request("tools/call", {"arguments": {}}, case="without name")
    for name, _ in driver.callable_tools()[:1]:
        params: JsonObject = {"name": name, "arguments": []}
        await session.request("tools/call", params, case="arguments as an array")


@probe("invalid-arguments")
async def invalid_arguments(driver: Driver) -> None:
    """Calls of read-only tools with one argument missing, or of a wrong type."""
    session = await driver.session()
    spoiled = 0
    for name, arguments in driver.callable_tools()[:MAX_CALLS]:
        schema = as_object(driver.tools[name].get("inputSchema"))
        wrong = list(_spoiled(schema, arguments))
        for case, spoilt in wrong:
            await session.request("tools/call", {"name": name, "arguments": spoilt}, case=case)
        spoiled += bool(wrong)
        if spoiled == MAX_TOOLS:
            return


def _spoiled(schema: JsonObject, arguments: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Good arguments made bad in one respect, as the schema itself confirms."""
    properties = as_object(schema.get("properties"))
    required = [str(name) for name in as_list(schema.get("required")) if str(name) in arguments]
    # A parameter that headers mirror would be wrong in a second respect: its header.
    plain = [n for n in required if "x-mcp-header" not in as_object(properties.get(n))]
    texts = [n for n in plain if as_object(properties.get(n)).get("type") == "string"]
    changes: list[tuple[str, JsonObject]] = [
        ("without " + name, {n: v for n, v in arguments.items() if n != name})
        for name in required[:1]
    ]
    changes += [("an object as " + name, {**arguments, name: NO_STRING}) for name in texts[:1]]
    yield from (change for change in changes if instance_problems(schema, change[1]))
