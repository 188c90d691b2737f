"""The ordinary conversation every run begins with: look around and use what is safe to use.

It sends nothing odd. What it shows is what most rules judge, and what the probes build on.
"""

from typing import TYPE_CHECKING

from mcp_proof.tool_server import MAX_CALLS
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.lists import LISTS

if TYPE_CHECKING:
    from mcp_proof.driver import Driver


async def survey(driver: "Driver") -> None:
    """List everything the server declares, call its read-only tools, read one resource."""
    session = await driver.session()
    resources: list[JsonObject] = []
    for capability, method, member in LISTS:
        if capability in session.capabilities:
            items = await driver.list_all(session, method, member)
            if member == "tools":
                driver.remember_tools(items)
            elif member == "resources":
                resources = items
    for name, arguments in driver.callable_tools()[:MAX_CALLS]:
        token: JsonObject = {"progressToken": f"on-{name}"}
        params: JsonObject = {"name": name, "arguments": arguments, "_meta": token}
        await session.call("tools/call", params)
    if resources:
        await session.call("resources/read", {"uri": resources[0].get("uri")})
    await session.barrier()
