"""Reading a contract file: YAML to a checked document, with the line of each mistake."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, cast

import orjson
import yaml
from jsonschema_rs import Draft202012Validator, Registry, ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from mcp_proof_contracts.contract import Contract, read_contract
from mcp_proof_contracts.contract_links import link_problems
from mcp_proof_contracts.embedded_files import embed_files
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.schema_problem import Problem, explain, json_pointer
from mcp_proof_contracts.suggestion import did_you_mean

MAX_VALUES: Final = 1_000_000
"""Values that a file may hold, aliases expanded: a few lines of YAML can stand for billions."""
SCHEMAS: Final = Path(__file__).parent / "contract_schema"


class ContractError(ValueError):
    """The contract file is wrong: where, what was expected, what is allowed."""


class _Loader(yaml.SafeLoader):
    """Reads what YAML takes for a date as the text it is: a revision looks like one."""


_Loader.yaml_implicit_resolvers = {
    start: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for start, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_contract(path: Path, *, edit: Callable[[dict[str, Json]], None] | None = None) -> Contract:
    """Read a contract file; `edit` may change the document before it is checked.

    Raises:
        ContractError: the file cannot be read, or a member is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: {error}") from error
    root, document = _parsed(path, text)
    try:
        if edit is not None:
            edit(document)
        return checked_contract(document, folder=path.parent)
    except DocumentError as error:
        lines = [f"{path}:{_line(root, p.pointer)}: {_place(p)}" for p in error.problems]
        raise ContractError("\n".join(lines)) from error


class DocumentError(ContractError):
    """A document that is no contract: its problems, by JSON pointer."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(_place, problems)))
        self.problems = problems


def checked_contract(document: dict[str, Json], *, folder: Path | None = None) -> Contract:
    """Build a contract from a document; files that it names are read from `folder`.

    Raises:
        DocumentError: the document does not satisfy the contract file's schema, names what it
            does not define, or a file that cannot be read.
    """
    problems = list(_schema_problems(document)) or link_problems(document)
    if not problems:
        problems = embed_files(document, folder)
    if problems:
        raise DocumentError(problems)
    return read_contract(document)


def contract_schema() -> JsonObject:
    """Return the JSON Schema of the contract file in one piece, for editors."""
    parts = {path.name: _part(path) for path in SCHEMAS.glob("*.json")}
    schema = cast("dict[str, Json]", parts.pop("contract.json"))
    definitions = dict(cast("JsonObject", schema["$defs"]))
    for name, part in parts.items():
        definitions[name] = {k: v for k, v in part.items() if k != "$schema"} | {"$id": name}
    return {**schema, "$defs": definitions}


def _parsed(path: Path, text: str) -> tuple[yaml.Node, dict[str, Json]]:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is not None:
            _refuse_bomb(node, {}, set())
        value: Json = loader.construct_document(node) if node is not None else None
    except RecursionError as error:
        raise ContractError(f"{path}: nested too deeply to be read") from error
    except (yaml.YAMLError, ContractError, ValueError) as error:
        raise ContractError(f"{path}: {error}") from error
    finally:
        loader.dispose()
    if node is None or not isinstance(value, dict):
        raise ContractError(f"{path}: expected a mapping with `info` and what the server offers")
    return node, cast("dict[str, Json]", orjson.loads(_json(path, value)))


def _json(path: Path, value: object) -> bytes:
    """The document as JSON: that is all it can hold, and each alias becomes a copy of its own."""
    try:
        return orjson.dumps(value)
    except TypeError as error:
        raise ContractError(f"{path}: {error}; a contract holds what JSON can hold") from error


def _refuse_bomb(node: yaml.Node, sizes: dict[int, int], within: set[int]) -> int:
    """Count what a node stands for, each node once."""
    if id(node) in within:
        raise ContractError(f"line {node.start_mark.line + 1}: an alias that holds itself")
    if id(node) not in sizes:
        inner = {*within, id(node)}
        size = 1 + sum(_refuse_bomb(child, sizes, inner) for child in _children(node))
        if size > MAX_VALUES:
            line = node.start_mark.line + 1
            raise ContractError(f"line {line}: stands for more than {MAX_VALUES} values")
        sizes[id(node)] = size
    return sizes[id(node)]


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _line(root: yaml.Node, pointer: str) -> int:
    """The line, from 1, of what a JSON pointer names, or of what would hold it."""
    node = root
    line = root.start_mark.line
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, yaml.SequenceNode):
            index = int(name) if name.isdigit() else len(node.value)
            found = node.value[index : index + 1]
            line = found[0].start_mark.line if found else line
        elif isinstance(node, yaml.MappingNode):
            pairs = [(key, value) for key, value in node.value if key.value == name]
            found = [value for _, value in pairs]
            line = pairs[0][0].start_mark.line if pairs else line
        else:
            found = []
        if not found:
            break
        node = found[0]
    return int(line) + 1


def _place(problem: Problem) -> str:
    """A problem with its place as one would write it: `tools[0].answer`."""
    steps = problem.pointer.split("/")[1:]
    where = "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in steps)
    return f"{where.removeprefix('.')}: {problem.message}" if where else problem.message


@cache
def _part(path: Path) -> JsonObject:
    return cast("JsonObject", orjson.loads(path.read_bytes()))


@cache
def _validator() -> Draft202012Validator:
    base = "https://mcp-proof.dev/"
    others = [(base + path.name, _part(path)) for path in SCHEMAS.glob("*.json")]
    registry = Registry(others)  # type: ignore[arg-type]  # any JSON documents
    schema = _part(SCHEMAS / "contract.json")
    return Draft202012Validator(dict(schema), registry=registry, validate_formats=True)


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
            allowed = _allowed(error.evaluation_path)
            for name in unexpected:
                hint = did_you_mean(name, allowed)
                known = f" (allowed: {', '.join(allowed)})" if allowed else ""
                yield Problem(pointer=f"{pointer}/{name}", message=f"unknown{known}.{hint}")
        case Kind.FalseSchema():
            yield Problem(
                pointer=pointer, message="cannot stand beside `cases`; put it into a case"
            )
        case _:
            yield from explain([error])


def _allowed(evaluation_path: list[str | int]) -> list[str]:
    """The members that the schema allows where the path of an error leads."""
    node: Json = _part(SCHEMAS / "contract.json")
    for step in evaluation_path[:-1]:
        if step == "$ref":
            node = _referred(str(cast("JsonObject", node)["$ref"]))
        elif isinstance(node, list):
            node = cast("list[Json]", node)[int(step)]
        else:
            node = cast("JsonObject", node)[str(step)]
    return sorted(cast("JsonObject", cast("JsonObject", node).get("properties", {})))


def _referred(reference: str) -> Json:
    if reference.endswith(".json"):
        return _part(SCHEMAS / reference)
    definitions = _part(SCHEMAS / "contract.json")["$defs"]
    return cast("JsonObject", definitions)[reference.rpartition("/")[2]]
