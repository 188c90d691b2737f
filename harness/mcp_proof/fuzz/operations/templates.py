"""Resource templates: a read of what a template's variables make (server/resources)."""

import uritemplate
from uritemplate.variable import VariableValue

from mcp_proof.driver import Driver
from mcp_proof.fuzz.operation import Operation, OperationKind
from mcp_proof.tool_server import CallOutcome
from mcp_proof_contracts.json_value import Json, JsonObject

TEXT: JsonObject = {"type": "string"}


async def listed(server: Driver) -> list[Operation]:
    """Return the listed templates; to read is to change nothing."""
    session = await server.session()
    if "resources" not in session.capabilities:
        return []
    items = await server.list_all(session, "resources/templates/list", "resourceTemplates")
    return [
        Operation(
            kind=OperationKind.TEMPLATE,
            name=str(item["uriTemplate"]),
            input_schema=_schema(str(item["uriTemplate"])),
            listed=item,
            permitted=True,
            read_only=True,
        )
        for item in items
        if "uriTemplate" in item
    ]


def variables(template: str) -> list[str]:
    """Return the names of a template's variables."""
    return list(uritemplate.variables(template))


def _schema(template: str) -> JsonObject:
    names = variables(template)
    properties: dict[str, Json] = dict.fromkeys(names, TEXT)
    return {"type": "object", "properties": properties, "required": names}


async def read(server: Driver, template: str, arguments: JsonObject) -> CallOutcome:
    """Read the resource; its value is the contents."""
    values: dict[str, VariableValue] = {n: str(value) for n, value in arguments.items()}
    uri = uritemplate.expand(template, values)
    return await server.ask("resources/read", {"uri": uri}, "contents")
