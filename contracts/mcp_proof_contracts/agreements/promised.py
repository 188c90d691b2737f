"""What the lists of a server promise a consumer that calls a tool."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from mcp_proof_contracts.compatibility.schemas.containment import Answer, containment
from mcp_proof_contracts.consumers.consumer import Interaction
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.schema_problem import shown
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import as_list, as_object, quote

Gap: TypeAlias = tuple[str, str, str]
"""What is wrong, what was expected, what there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Whether what a consumer gives is taken, as far as what is listed tells."""

    gaps: tuple[Gap, ...] = ()
    doubt: str = ""
    """Why it is not known; empty where it is."""


def taken_by_tool(interaction: Interaction, tool: JsonObject) -> Taken:
    """Return whether the input schema of a tool admits what a consumer gives.

    The arguments that were seen are judged themselves; a schema of them stands for more than them,
    so that it is compared only where no example is known.
    """
    schema = as_object(tool.get("inputSchema")) or {"type": "object"}
    given = interaction.arguments
    needed = {*map(str, as_list(schema.get("required")))}
    always = needed if given is None else {*map(str, as_list(given.get("required")))}
    lacking = sorted(needed - always)
    gaps = [_needs(name) for name in lacking]
    try:
        gaps += _untaken(interaction, schema, {f"{shown(name)} is missing" for name in lacking})
    except ValueError as error:
        gap = ("its input schema cannot be used", "a JSON Schema", str(error))
        return Taken(gaps=(*gaps, gap))
    if interaction.examples:
        return Taken(gaps=tuple(gaps))
    if given is None:
        return Taken(doubt=_nothing_known(sorted(needed)))
    answer = containment(schema, given)
    if answer.answer is Answer.NO:
        such = f", such as {quote(answer.example[0])}" if answer.example else ""
        gaps.append((f"it does not take all that is given{such}", quote(given), quote(schema)))
    why = f"whether all that is given is taken cannot be proved: {answer.reason}"
    return Taken(gaps=tuple(gaps), doubt=why if answer.answer is Answer.UNKNOWN else "")


def taken_by_prompt(interaction: Interaction, prompt: JsonObject) -> Taken:
    """Return whether a prompt has the arguments that a consumer gives, and needs no others."""
    listed = [as_object(each) for each in as_list(prompt.get("arguments"))]
    names = [str(each.get("name")) for each in listed]
    needed = [str(each.get("name")) for each in listed if each.get("required") is True]
    if interaction.arguments is None and not interaction.examples:
        return Taken(doubt=_nothing_known(needed))
    given = interaction.arguments
    used = {name for each in interaction.examples for name in each}
    always = [{*each} for each in interaction.examples]
    if given is not None:
        used |= {*as_object(given.get("properties"))}
        always.append({*map(str, as_list(given.get("required")))})
    unknown = (
        (f"it takes no argument {n}", f"the argument {n}", f"arguments {names}")
        for n in sorted(used - {*names})
    )
    lacking = (_needs(name) for name in needed if any(name not in each for each in always))
    return Taken(gaps=(*unknown, *lacking))


def _needs(name: str) -> Gap:
    return f"it needs the argument {name}", "no argument that is not given", f"{name} required"


def _nothing_known(needed: Sequence[str]) -> str:
    if not needed:
        return ""
    return (
        f"it requires {', '.join(needed)}, and neither `arguments` nor `examples` say what is given"
    )


def _untaken(interaction: Interaction, schema: JsonObject, told: Collection[str]) -> Iterator[Gap]:
    """Yield which examples are not taken, but for what was told of all of them."""
    for example in interaction.examples:
        for problem in instance_problems(schema, example):
            if problem.pointer or problem.message not in told:
                yield (
                    f"it does not take arguments that are given: {problem}",
                    quote(example),
                    quote(schema),
                )


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
