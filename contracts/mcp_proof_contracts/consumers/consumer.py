"""A consumer contract: what one client needs of a server, and the file that says it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast

import orjson
from jsonschema_rs import Draft202012Validator, ValidationErrorKind

from mcp_proof_contracts.contract_file import SCHEMAS, ContractError
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.schema_problem import Problem, explain
from mcp_proof_contracts.tool_schema import schema_problem
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_contracts.yaml_file import read_yaml
from mcp_proof_contracts.yaml_text import YamlTextError

Kind: TypeAlias = Literal["tool", "prompt", "resource"]
KINDS: Final[tuple[Kind, ...]] = ("tool", "prompt", "resource")
ONE_OF: Final = (ValidationErrorKind.OneOfNotValid, ValidationErrorKind.OneOfMultipleValid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One thing that a client asks for."""

    name: str
    kind: Kind
    target: str
    """The tool, the prompt or the URI."""
    given: str = ""
    """The state in which the server must be; empty for any."""
    parameters: JsonObject
    arguments: JsonObject | None = None
    """A schema of what is given; `None` where nobody says."""
    examples: tuple[JsonObject, ...] = ()
    reads: tuple[str, ...] = ()
    """JSON pointers into the result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """What one client needs."""

    name: str
    speaks: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    interactions: tuple[Interaction, ...] = ()


def load_consumer(path: Path) -> Consumer:
    """Read a consumer contract.

    Raises:
        ContractError: it cannot be read, or something in it is wrong; with the line.
    """
    try:
        text = read_yaml(path)
    except YamlTextError as error:
        where = path if error.line is None else f"{path}:{error.line}"
        raise ContractError(f"{where}: {error}") from error
    except OSError as error:
        raise ContractError(f"{path}: {error}") from error
    if problems := list(_problems(text.value)):
        found = sorted((text.line(problem.pointer), str(problem)) for problem in problems)
        raise ContractError("\n".join(f"{path}:{line}: {what}" for line, what in found))
    return read_consumer(cast("JsonObject", text.value))


def read_consumer(document: JsonObject) -> Consumer:
    """Return what a document says that satisfies the file's schema."""
    return Consumer(
        name=str(document["consumer"]),
        speaks=_texts(document.get("speaks")),
        capabilities=_texts(document.get("capabilities")),
        interactions=tuple(_interaction(as_object(i)) for i in _list(document, "interactions")),
    )


def _interaction(item: JsonObject) -> Interaction:
    kind: Kind = next(kind for kind in KINDS if kind in item)
    arguments = item.get("arguments")
    return Interaction(
        name=str(item["name"]),
        kind=kind,
        target=str(item[kind]),
        given=str(item.get("given", "")),
        parameters=as_object(item.get("parameters")),
        arguments=None if arguments is None else as_object(arguments),
        examples=tuple(as_object(example) for example in _list(item, "examples")),
        reads=_texts(item.get("reads")),
    )


def _problems(document: Json) -> Iterator[Problem]:
    errors = [e for e in _validator().iter_errors(document) if not isinstance(e.kind, ONE_OF)]
    found = [*explain(errors), *_unclear_kinds(document)]
    yield from found
    if found or not isinstance(document, dict):
        return
    names: set[str] = set()
    for number, item in enumerate(_list(document, "interactions")):
        at = f"/interactions/{number}"
        interaction = as_object(item)
        name = str(interaction["name"])
        if name in names:
            yield Problem(pointer=f"{at}/name", message=f"{name!r} is there twice")
        names.add(name)
        schema = interaction.get("arguments", {})
        if (problem := schema_problem(schema)) is not None:
            message = f"no usable JSON Schema: {problem}"
            yield Problem(pointer=at + json_pointer(["arguments"]), message=message)


def _unclear_kinds(document: Json) -> Iterator[Problem]:
    """Yield which interactions are of no kind, or of several: the schema's `oneOf`, in words."""
    choice = ", ".join(f"`{kind}`" for kind in KINDS)
    for number, item in enumerate(as_list(as_object(document).get("interactions"))):
        named = [f"`{kind}`" for kind in KINDS if kind in as_object(item)]
        at = f"/interactions/{number}"
        if isinstance(item, dict) and not named:
            yield Problem(pointer=at, message=f"says not what is asked for: give one of {choice}")
        elif len(named) > 1:
            several = f"has {' and '.join(named)}: an interaction asks for one thing; make two"
            yield Problem(pointer=at, message=several)


@cache
def _validator() -> Draft202012Validator:
    schema = orjson.loads((SCHEMAS / "consumer.json").read_bytes())
    return Draft202012Validator(schema, offline=True)


def _list(document: JsonObject, name: str) -> list[Json]:
    return list(as_list(document.get(name)))


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(map(str, as_list(value)))
