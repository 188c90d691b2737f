"""Tools that a contract takes from files beside it: `definition: send_email.json`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

import orjson

from mcp_proof_contracts.embedded_files import read_beside
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.rate_limit_text import rate_limit_of
from mcp_proof_contracts.rest_schema import in_draft_07, rest_schema
from mcp_proof_contracts.schema_problem import Problem
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.wire import as_object

_SCHEMAS: Final = {"input_schema": "inputSchema", "output_schema": "outputSchema"}
"""The schemas in a definition, and what a contract calls them."""


def embed_definitions(document: dict[str, Json], folder: Path | None) -> list[Problem]:
    """Put what a tool's `definition` says in its place; return what went wrong, by JSON pointer.

    What the contract itself says of the tool goes first.
    """
    problems: list[Problem] = []
    for index, tool in enumerate(cast("list[dict[str, Json]]", document.get("tools") or [])):
        if "definition" not in tool:
            continue
        name = str(tool.pop("definition"))
        definition: Json = None
        try:
            definition = orjson.loads(read_beside(folder, name))
        except (OSError, ValueError) as error:
            wrong = [f"{name!r}: {error}"]
        else:
            wrong = [f"{name}: {problem}" for problem in _problems(definition)]
        if not wrong:
            tool.update({**_members(as_object(definition)), **tool})
        problems += [Problem(pointer=f"/tools/{index}/definition", message=each) for each in wrong]
    return problems


def _problems(definition: Json) -> Iterator[str]:
    """Yield what is wrong with a definition, each with its place in it."""
    wrong = instance_problems(rest_schema("tool"), definition)
    yield from map(str, wrong)
    for member in _SCHEMAS if not wrong else ():
        schema = as_object(definition).get(member)
        problem = None if schema is None else schema_problem(in_draft_07(as_object(schema)))
        if problem is not None:
            separator = "" if problem.startswith("/") else ": "
            yield f"/{member}{separator}{problem}"


def _members(definition: JsonObject) -> JsonObject:
    """What a definition says, as a contract has it."""
    members: dict[str, Json] = {
        _SCHEMAS.get(name, name): in_draft_07(as_object(value)) if name in _SCHEMAS else value
        for name, value in definition.items()
        if value is not None
    }
    if (limit := rate_limit_of(members.pop("rate_limit", None))) is not None:
        members["rate_limit"] = {"calls": limit.calls, "per": limit.per}
    return members
