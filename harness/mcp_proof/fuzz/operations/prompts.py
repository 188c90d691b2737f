"""Prompts (server/prompts): their arguments are texts."""

from mcp_proof.driver import Driver
from mcp_proof.fuzz.operation import Operation, OperationKind
from mcp_proof.fuzz.operations.templates import TEXT
from mcp_proof.tool_server import CallOutcome
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object


async def listed(server: Driver) -> list[Operation]:
    """Return the listed prompts; to get one is to change nothing."""
    session = await server.session()
    if "prompts" not in session.capabilities:
        return []
    items = await server.list_all(session, "prompts/list", "prompts")
    return [
        Operation(
            kind=OperationKind.PROMPT,
            name=str(item["name"]),
            input_schema=_schema(item),
            listed=item,
            permitted=True,
            read_only=True,
        )
        for item in items
        if "name" in item
    ]


def _schema(prompt: JsonObject) -> JsonObject:
    arguments = [as_object(each) for each in as_list(prompt.get("arguments"))]
    properties: dict[str, Json] = {str(each.get("name")): TEXT for each in arguments}
    required = [str(each.get("name")) for each in arguments if each.get("required") is True]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


async def get(server: Driver, name: str, arguments: JsonObject) -> CallOutcome:
    """Get the prompt; its value is the messages."""
    return await server.ask("prompts/get", {"name": name, "arguments": arguments}, "messages")
