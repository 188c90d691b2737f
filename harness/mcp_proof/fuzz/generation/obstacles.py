"""What stands in the way of generating from a schema: found in bounded time, told to the user."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias
from urllib.parse import urldefrag

from mcp_proof.fuzz.generation.backtracking import may_explode
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.generate.alternatives import has_many_alternatives
from mcp_proof_contracts.generate.document import REFERENCES, Document
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import schema_problem
from mcp_proof_contracts.wire import as_list, as_object

DEEPEST: Final = 200
"""Levels of objects and arrays; the validator goes no deeper than 255."""
LARGEST: Final = 3000
"""Objects in a schema that is explored."""
_SHOWN: Final = 120
_BULKY: Final = {"minLength": 2000, "minItems": 200, "minProperties": 100, "minContains": 200}
"""Hypothesis draws larger parts too slowly, or not at all."""

_Path: TypeAlias = tuple[str | int, ...]
_VALUES: Final = frozenset({"const", "enum", "default", "examples", "example"})
_NAMING: Final = frozenset(
    ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"]
)
_IN_PLACE: Final = ("allOf", "anyOf", "oneOf")
_IN_PLACE_ALONE: Final = ("not", "if", "then", "else")


class Extent(Enum):
    """How much can be generated nevertheless."""

    NOTHING = auto()
    """There can be no verdict."""
    BOUNDARIES = auto()
    OWN = auto()
    """Whatever Schemathesis is not needed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why not everything can be generated."""

    message: str
    leaves: Extent


def obstacle(schema: Json) -> Obstacle | None:
    """Return what stands in the way most, if anything does."""
    nodes: list[tuple[_Path, JsonObject]] = []
    for path, node in _nodes(schema):
        if len(path) > DEEPEST:
            return _blocked(path[:3], f"nests deeper than {DEEPEST} levels")
        nodes.append((path, node))
    if not isinstance(schema, bool) and (outside := _outside(nodes)) is not None:
        return outside
    if (problem := schema_problem(schema)) is not None:
        return _blocked(_of_problem(problem, nodes), f"cannot be used: {excerpt(problem, _SHOWN)}")
    if len(nodes) > LARGEST:
        return _hampered(
            (),
            f"has {len(nodes)} objects, more than the {LARGEST} that are explored",
            "the boundary cases of small arguments",
            Extent.BOUNDARIES,
        )
    document = Document(schema)
    return (
        _circle(document, nodes)
        or _explosive(nodes)
        or next(filter(None, (_bulky(*node) for node in nodes)), None)
        or _branchy(document)
    )


def _blocked(path: _Path, what: str) -> Obstacle:
    return Obstacle(
        message=f"input schema, {_where(path)}: {what}. Nothing can be generated from it; "
        "only the examples given for the tool are tried.",
        leaves=Extent.NOTHING,
    )


def _hampered(path: _Path, what: str, tested: str, leaves: Extent = Extent.OWN) -> Obstacle:
    return Obstacle(
        message=f"input schema, {_where(path)}: {what}. Still tested: {tested}.", leaves=leaves
    )


def _where(path: _Path) -> str:
    return excerpt(f"#{json_pointer(path)}", _SHOWN)


def _outside(nodes: list[tuple[_Path, JsonObject]]) -> Obstacle | None:
    """A reference that would have to be fetched."""
    named = {str(node[word]) for _, node in nodes for word in ("$id", "id") if word in node}
    for path, node in nodes:
        target = node.get("$ref")
        scheme = target.partition(":")[0].lower() if isinstance(target, str) else ""
        if scheme not in ("http", "https", "file", "ftp") or not isinstance(target, str):
            continue
        known = urldefrag(target).url
        if known not in named and "json-schema.org/" not in known:
            shown = excerpt(target, _SHOWN)
            return _blocked((*path, "$ref"), f"{shown} is another document, and none is fetched")
    return None


def _of_problem(problem: str, nodes: list[tuple[_Path, JsonObject]]) -> _Path:
    """The reference that a problem is about; of other problems the text tells the place."""
    for path, node in nodes:
        target = node.get("$ref")
        if isinstance(target, str) and f"'{target.removeprefix('#')}'" in problem:
            return (*path, "$ref")
    return ()


def _explosive(nodes: list[tuple[_Path, JsonObject]]) -> Obstacle | None:
    for path, node in nodes:
        written: list[tuple[str, Json]] = [("pattern", node.get("pattern"))]
        written += [
            ("patternProperties", name) for name in as_object(node.get("patternProperties"))
        ]
        for keyword, pattern in written:
            if isinstance(pattern, str) and may_explode(pattern):
                return _hampered(
                    (*path, keyword),
                    f"{excerpt(pattern, _SHOWN)} can take exponential time where patterns are "
                    "matched by backtracking, so that one text can stop a server",
                    "values that are made and judged without backtracking, none by Schemathesis",
                )
    return None


def _bulky(path: _Path, node: JsonObject) -> Obstacle | None:
    for keyword, most in _BULKY.items():
        least = node.get(keyword)
        if isinstance(least, int | float) and least > most:
            return _hampered(
                (*path, keyword),
                f"{least} are more than the {most} that are varied",
                "values that are made without Schemathesis",
            )
    return None


def _branchy(document: Document) -> Obstacle | None:
    if not has_many_alternatives(document):
        return None
    return _hampered(
        (),
        "its alternatives (allOf of anyOf, oneOf or if) have more combinations than can be "
        "written out",
        "values that are made one branch at a time, none by Schemathesis",
    )


def _circle(document: Document, nodes: list[tuple[_Path, JsonObject]]) -> Obstacle | None:
    """A reference that leads back to itself without going into a value."""
    done: set[int] = set()
    for path, node in nodes:
        if any(word in node for word in REFERENCES) and _returns(document, node, done):
            return _blocked(path, "its references lead in a circle, so that it says nothing")
    return None


def _returns(document: Document, start: JsonObject, done: set[int]) -> bool:
    """Walk what applies in place, depth first, until a schema is met on its own way."""
    on_the_way = {id(start)}
    stack = [(id(start), _in_place(document, start))]
    while stack:
        key, parts = stack[-1]
        part = next(parts, None)
        if part is None:
            stack.pop()
            on_the_way.discard(key)
            done.add(key)
        elif id(part) in on_the_way:
            return True
        elif id(part) not in done:
            on_the_way.add(id(part))
            stack.append((id(part), _in_place(document, part)))
    return False


def _in_place(document: Document, schema: JsonObject) -> Iterator[JsonObject]:
    parts = [document.target(schema[word]) for word in REFERENCES if word in schema]
    parts += [part for word in _IN_PLACE for part in as_list(schema.get(word))]
    parts += [schema[word] for word in _IN_PLACE_ALONE if word in schema]
    parts += as_object(schema.get("dependentSchemas")).values()
    yield from (part for part in parts if isinstance(part, Mapping))


def _nodes(root: Json) -> Iterator[tuple[_Path, JsonObject]]:
    """Every schema, the outer ones first, and where it is; what is only a value is left out."""
    waiting: list[tuple[_Path, Json, bool]] = [((), root, False)]
    for path, value, is_named in waiting:
        if isinstance(value, Mapping):
            yield path, {} if is_named else value
            for name, part in value.items():
                if is_named or name not in _VALUES:
                    waiting.append(((*path, name), part, not is_named and name in _NAMING))
        elif isinstance(value, list):
            waiting += [((*path, number), part, False) for number, part in enumerate(value)]
