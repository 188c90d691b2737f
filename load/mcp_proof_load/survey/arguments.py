"""The arguments of the calls of one tool, made before anything is called."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final, NamedTuple

from mcp_proof.example import example_of
from mcp_proof.fuzz.operation import Operation
from mcp_proof_contracts.generate import UngeneratableError, generate
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.wire import as_list, encode

MOST: Final = 16
"""Different arguments of one tool."""
ATTEMPTS: Final = 4 * MOST
"""Values that are made to find so many different ones."""


class Made(NamedTuple):
    """Arguments, or why there are none."""

    arguments: tuple[JsonObject, ...]
    problem: str = ""


def arguments_for(
    tool: Operation, given: Iterable[JsonObject], seed: int, most: int = MOST
) -> Made:
    """Return different arguments for a tool, the same ones for the same seed.

    Those that the user gave come first, as they are; all others are valid by the tool's schema.
    """
    found: dict[bytes, JsonObject] = {}
    problem = schema_problem(tool.input_schema) or ""
    try:
        for arguments in (*given, *_made(tool, seed)) if not problem else given:
            found.setdefault(encode(arguments), arguments)
            if len(found) == most:
                break
    except UngeneratableError as error:
        problem = str(error)
    if not found and not problem:
        problem = "its schema takes no object"
    why = "" if found else f"no arguments can be made for it: {problem}"
    return Made(tuple(found.values()), why)


def _made(tool: Operation, seed: int) -> Iterator[JsonObject]:
    """Yield what the schema shows, then what is made of it."""
    schema = tool.input_schema
    suggested: list[Json] = [*as_list(schema.get("examples")), example_of(schema)]
    for value in suggested:
        if isinstance(value, dict) and not instance_problems(schema, value):
            yield value
    random = Random(f"{seed}/{tool.name}")  # noqa: S311  # repeatable on purpose
    for _ in range(ATTEMPTS):
        value = generate({"type": "object", **schema}, random)
        if isinstance(value, dict):
            yield value
