"""Completion of the arguments of prompts and the variables of templates (utilities/completion)."""

from mcp_proof.driver import Driver
from mcp_proof.fuzz.operation import Operation, OperationKind
from mcp_proof.fuzz.operations import prompts, templates
from mcp_proof.fuzz.operations.templates import TEXT
from mcp_proof.tool_server import CallOutcome
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object

SCHEMA: JsonObject = {"type": "object", "properties": {"value": TEXT}, "required": ["value"]}


async def listed(server: Driver) -> list[Operation]:
    """Return what the server can complete, where it declares that it completes anything."""
    if "completions" not in (await server.session()).capabilities:
        return []
    owners = await prompts.listed(server) + await templates.listed(server)
    return [
        Operation(
            kind=OperationKind.COMPLETION,
            name=f"{owner.label}#{argument}",
            input_schema=SCHEMA,
            permitted=True,
            read_only=True,
        )
        for owner in owners
        for argument in as_object(owner.input_schema.get("properties"))
    ]


async def complete(server: Driver, name: str, arguments: JsonObject) -> CallOutcome:
    """Complete a value; what is completed stands in the operation's name."""
    owner, _, argument = name.rpartition("#")
    kind, _, of = owner.partition(" ")
    ref: JsonObject = (
        {"type": "ref/prompt", "name": of}
        if kind == OperationKind.PROMPT
        else {"type": "ref/resource", "uri": of}
    )
    asked: JsonObject = {**arguments, "name": argument}
    return await server.ask("completion/complete", {"ref": ref, "argument": asked}, "completion")
