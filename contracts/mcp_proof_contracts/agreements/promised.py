"""What the lists of a server promise a consumer that calls a tool."""

from collections.abc import Iterator
from typing import TypeAlias

from mcp_proof_contracts.compatibility.schemas.containment import Answer, containment
from mcp_proof_contracts.consumers.consumer import Interaction
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import as_list, as_object, quote

Gap: TypeAlias = tuple[str, str, str]
"""What is wrong, what was expected, what there is."""


def promise_gap(interaction: Interaction, tool: JsonObject) -> Iterator[Gap]:
    """Yield where the input schema of a tool does not admit what a consumer gives.

    The arguments that were seen are judged themselves; a schema of them stands for more than them,
    so that it is compared only where no example is known.
    """
    schema = as_object(tool.get("inputSchema")) or {"type": "object"}
    given = interaction.arguments
    always = {*map(str, as_list(as_object(given).get("required")))}
    needed = {*map(str, as_list(schema.get("required")))}
    for name in sorted(needed - always) if given is not None else ():
        yield f"it needs the argument {name}", "no argument that is not given", f"{name} required"
    try:
        found = [(e, p) for e in interaction.examples for p in instance_problems(schema, e)]
    except ValueError as error:
        yield "its input schema cannot be used", "a JSON Schema", str(error)
        return
    for example, problem in found:
        if not problem.message.endswith("is missing") or not needed - always:
            yield (
                f"it does not take arguments that are given: {problem}",
                quote(example),
                quote(schema),
            )
    if given is not None and not interaction.examples:
        answer = containment(schema, given)
        if answer.answer is Answer.NO:
            shown = f", such as {quote(answer.example[0])}" if answer.example else ""
            yield f"it does not take all that is given{shown}", quote(given), quote(schema)


def is_promised(tool: JsonObject, pointer: str, dialect: Dialect) -> bool:
    """Whether the output schema of a tool says that a place in the result is always there."""
    steps = pointer_steps(pointer)
    if dialect is Dialect.MCP:  # elsewhere the value is the result
        if steps[:1] != ["structuredContent"]:
            return False
        steps = steps[1:]
    schema: Json = tool.get("outputSchema")
    for step in steps:
        members = as_object(schema)
        if step not in as_list(members.get("required")):
            return False
        schema = as_object(members.get("properties")).get(step)
    return schema is not None
