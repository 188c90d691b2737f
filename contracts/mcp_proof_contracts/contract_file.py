"""Reading a contract file: YAML to a checked document, with the line of each mistake."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias, cast

import orjson
from jsonschema_rs import Draft202012Validator, ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from mcp_proof_contracts.contract import Contract, read_contract
from mcp_proof_contracts.contract_links import link_problems
from mcp_proof_contracts.embedded_files import embed_files
from mcp_proof_contracts.json_pointer import json_pointer, pointer_steps
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.schema_problem import Problem, explain
from mcp_proof_contracts.secrets.contract import contract_secrets
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.tool_definitions import embed_definitions
from mcp_proof_contracts.wire import as_object
from mcp_proof_contracts.yaml_file import read_yaml
from mcp_proof_contracts.yaml_text import YamlTextError

Edit: TypeAlias = Callable[[dict[str, Json]], None]
"""Changes a document that has been checked."""

SCHEMAS: Final = Path(__file__).parent / "contract_schema"


class ContractError(ValueError):
    """The contract file is wrong: where, what was expected, what is allowed."""


def load_contract(path: Path, *, edit: Edit | None = None) -> Contract:
    """Read a contract file.

    Raises:
        ContractError: the file cannot be read, or a member is wrong.
    """
    try:
        text = read_yaml(path)
    except YamlTextError as error:
        where = path if error.line is None else f"{path}:{error.line}"
        raise ContractError(f"{where}: {error}") from error
    except OSError as error:
        raise ContractError(f"{path}: {error}") from error
    if not isinstance(text.value, dict):
        raise ContractError(f"{path}: expected a mapping with `info` and what the server offers")
    try:
        return checked_contract(text.value, folder=path.parent, edit=edit)
    except DocumentError as error:
        found = sorted((text.line(p.pointer), _place(p)) for p in error.problems)
        raise ContractError("\n".join(f"{path}:{n}: {what}" for n, what in found)) from error


class DocumentError(ContractError):
    """A document that is no contract: its problems, by JSON pointer."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(_place, problems)))
        self.problems = problems


def checked_contract(
    document: JsonObject, *, folder: Path | None = None, edit: Edit | None = None
) -> Contract:
    """Build a contract from a document; files that it names are read from `folder`.

    What `edit` makes of a copy of it may be wrong: that is what faults are for.

    Raises:
        DocumentError: the document holds what JSON cannot, does not satisfy the contract file's
            schema, names what it does not define, or a file that cannot be read.
    """
    try:
        # The schema takes a tuple for a list, which nobody else does, and any value in an answer.
        own: dict[str, Json] = orjson.loads(orjson.dumps(document))
    except TypeError as error:
        message = f"{error}; only what JSON can hold is allowed"
        raise DocumentError([Problem(pointer="", message=message)]) from error
    problems = list(_schema_problems(own)) or embed_definitions(own, folder)
    problems = problems or link_problems(own) or embed_files(own, folder)
    if problems:
        mask = Mask(contract_secrets(own).values)
        raise DocumentError([replace(each, message=mask(each.message)) for each in problems])
    if edit is not None:
        edit(own)
    return read_contract(own)


def contract_schema() -> JsonObject:
    """Return the JSON Schema of the contract file in one piece, for editors."""
    schema = _part(SCHEMAS / "contract.json")
    members = dict(cast("JsonObject", schema["properties"]))
    definitions = dict(cast("JsonObject", schema["$defs"]))
    for name in ("authorization", "faults", "fuzz", "judge", "load", "verify"):
        part = _part(SCHEMAS / f"{name}.json")
        definitions |= as_object(part.get("$defs"))
        definitions[name] = {n: v for n, v in part.items() if n not in ("$schema", "$defs")}
        members[name] = {**cast("JsonObject", members[name]), "$ref": f"#/$defs/{name}"}
    return {**schema, "properties": members, "$defs": definitions}


def _place(problem: Problem) -> str:
    """A problem with its place as one would write it: `tools[0].answer`."""
    steps = pointer_steps(problem.pointer)
    where = "".join(f"[{step}]" if step.isdecimal() else f".{step}" for step in steps)
    return f"{where.removeprefix('.')}: {problem.message}" if where else problem.message


@cache
def _part(path: Path) -> JsonObject:
    return cast("JsonObject", orjson.loads(path.read_bytes()))


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(dict(contract_schema()), validate_formats=True, offline=True)


def _schema_problems(document: JsonObject) -> Iterator[Problem]:
    validator = _validator()
    if validator.is_valid(document):
        return
    for error in validator.iter_errors(document):
        yield from _problems(error)


def _problems(error: ValidationError) -> Iterator[Problem]:
    """Say of an unknown member which ones are known."""
    pointer = json_pointer(error.instance_path)
    match error.kind:
        case Kind.AdditionalProperties(unexpected=unexpected):
            allowed = _schema_at(error.evaluation_path[:-1])
            for name in unexpected:
                yield _unknown(error, name, sorted(cast("JsonObject", allowed["properties"])))
        case Kind.PropertyNames(error=inner):
            allowed = _schema_at(error.evaluation_path[:-1])
            yield _unknown(error, str(inner.instance), cast("list[str]", allowed["enum"]))
        case Kind.FalseSchema() if (other := _excluded_by(error)) is not None:
            yield Problem(pointer=pointer, message=f"does not go with `{other}`; leave one out")
        case Kind.FalseSchema():
            yield Problem(
                pointer=pointer, message="does not belong here; put it into one of the `cases`"
            )
        case Kind.Type(types=types) if "string" in types and isinstance(
            error.instance, int | float
        ):
            # YAML reads `no` as a boolean and `1.0` as a number.
            for problem in explain([error]):
                yield replace(problem, message=f"{problem.message}; put it in quotes")
        case _:
            yield from explain([error])


def _excluded_by(error: ValidationError) -> str | None:
    """The member that a member cannot stand beside; `None` where it belongs into a case."""
    match error.evaluation_path:
        case [*_, "dependentSchemas", str(other), "properties", _] if other != "cases":
            return other
        case _:
            return None


def _unknown(error: ValidationError, name: str, known: list[str]) -> Problem:
    return Problem(
        pointer=json_pointer([*error.instance_path, name]),
        message=f"unknown (allowed: {', '.join(known)}).{did_you_mean(name, known)}",
    )


def _schema_at(evaluation_path: list[str | int]) -> JsonObject:
    """The part of the schema where the path of an error leads."""
    schema = contract_schema()
    node: Json = schema
    for step in evaluation_path:
        if isinstance(node, list):
            node = cast("list[Json]", node)[int(step)]
            continue
        node = cast("JsonObject", node)[str(step)]
        if step == "$ref":
            definitions = cast("JsonObject", schema["$defs"])
            node = definitions[str(node).rpartition("/")[2]]
    return cast("JsonObject", node)
