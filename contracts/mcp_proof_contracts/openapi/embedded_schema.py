"""The JSON Schema of a tool, as one that stands in an OpenAPI 3.1 document and means the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.described import pointed_at
from mcp_proof_contracts.subschemas import NAMED, ONE, SEVERAL, subschemas
from mcp_proof_contracts.tool_schema import DEFAULT_DIALECT, schema_problem
from mcp_proof_contracts.wire import as_list, as_object

_LEFT_OUT: Final = frozenset(
    {"$schema", "$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary"}
)
_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
_LATER_THAN_7: Final = frozenset(
    {"dependentRequired", "dependentSchemas", "maxContains", "minContains", "prefixItems"}
    | {"unevaluatedItems", "unevaluatedProperties"}
)
"""The keywords that draft-07 does not know, and therefore ignores."""
_BESIDE_A_REFERENCE: Final = frozenset(
    {"$defs", "default", "definitions", "description", "examples", "title"}
)
"""What draft-07 may have beside `$ref`: it ignores it, and these demand nothing."""


class UnembeddableError(Exception):
    """A schema cannot stand in an OpenAPI document; the message says why."""


def embedded_schema(schema: JsonObject, at: str) -> JsonObject:
    """Return a schema with its references led to where it stands, in the words of 2020-12.

    Args:
        schema: of any dialect from draft-06 on.
        at: the reference to its place in the document, such as `#/components/schemas/a`.

    Raises:
        UnembeddableError: it cannot be used at all, or needs more than itself.
    """
    if (problem := schema_problem(schema)) is not None:
        raise UnembeddableError(problem)
    dialect = str(schema.get("$schema", DEFAULT_DIALECT))
    if "draft-04" in dialect:
        raise UnembeddableError("it is written in draft-04, whose keywords mean something else")
    places = _Places(
        at=at,
        identifier=str(schema.get("$id", "")).partition("#")[0],
        anchors=dict(_anchors(schema, "")),
        draft_7="draft-07" in dialect or "draft-06" in dialect,
        lists="draft/2020" not in dialect,
    )
    embedded = as_object(places.moved(schema))
    for reference in _references(embedded):
        pointer = unquote(reference.removeprefix(at))
        if not isinstance(pointed_at(embedded, f"#{pointer}"), dict | bool):
            raise UnembeddableError(f"it refers to {excerpt(reference)}, where no schema is")
    return embedded


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where the parts of one schema are, and which words it is written in."""

    at: str
    identifier: str
    anchors: Mapping[str, str]
    """The pointers of parts that have names."""
    draft_7: bool
    """Whether it is written in draft-06 or draft-07."""
    lists: bool
    """Whether `items` may be a list, as it could until 2019-09."""

    def moved(self, schema: Json) -> Json:
        """Return a part as it is to stand in the document."""
        if not isinstance(schema, dict):
            return schema
        meant = self._meant(schema)
        moved: dict[str, Json] = {
            name: self._held(name, value)
            for name, value in meant.items()
            if name not in _LEFT_OUT and name not in _REFERENCES
        }
        targets = [self._led(str(meant[name])) for name in _REFERENCES if name in meant]
        if targets:
            moved["$ref"] = targets[0]
        if targets[1:]:
            more: list[Json] = [{"$ref": target} for target in targets[1:]]
            moved["allOf"] = [*as_list(moved.get("allOf")), *more]
        return moved

    def _held(self, name: str, value: Json) -> Json:
        if name in NAMED:
            return {each: self.moved(part) for each, part in as_object(value).items()}
        if name in SEVERAL and isinstance(value, list):
            return [self.moved(part) for part in value]
        return self.moved(value) if name in ONE else value

    def _meant(self, schema: JsonObject) -> JsonObject:
        """Return a part in the keywords of 2020-12."""
        members = dict(schema)
        if self.draft_7:
            kept = _BESIDE_A_REFERENCE | {"$ref"} if "$ref" in schema else schema.keys()
            members = {k: v for k, v in schema.items() if k in kept and k not in _LATER_THAN_7}
            members.update(_dependent(as_object(members.pop("dependencies", None))))
        if self.lists:
            members.pop("prefixItems", None)
            rest = members.pop("additionalItems", None)
            if isinstance(members.get("items"), list):
                members["prefixItems"] = members.pop("items")
                members.update({} if rest is None else {"items": rest})
        return members

    def _led(self, reference: str) -> str:
        """Return where a reference leads in the document."""
        document, _, fragment = reference.partition("#")
        if document not in ("", self.identifier):
            raise UnembeddableError(f"it refers to another document, {excerpt(reference)}")
        if not fragment or fragment.startswith("/"):
            return f"{self.at}{fragment}"
        if fragment not in self.anchors:
            raise UnembeddableError(f"it refers to {excerpt(reference)}, which has no place in it")
        return f"{self.at}{self.anchors[fragment]}"


def _dependent(dependencies: JsonObject) -> Iterator[tuple[str, Json]]:
    """Yield what 2019-09 made of `dependencies`: names that are required, and schemas."""
    required = {name: value for name, value in dependencies.items() if isinstance(value, list)}
    schemas = {name: value for name, value in dependencies.items() if name not in required}
    if required:
        yield "dependentRequired", required
    if schemas:
        yield "dependentSchemas", schemas


def _parts(schema: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Yield the schemas in a schema, each with the pointer that leads from it to there."""
    for path, part in subschemas(schema):
        if isinstance(part, dict):
            yield json_pointer(path), part


def _anchors(schema: JsonObject, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the names of parts, with their pointers."""
    identifier = str(schema.get("$id", ""))
    for name in (schema.get("$anchor"), schema.get("$dynamicAnchor")):
        if isinstance(name, str):
            yield name, pointer
    if identifier.startswith("#"):  # until draft-07
        yield identifier[1:], pointer
    elif identifier and pointer:
        raise UnembeddableError(f"it holds another document, {excerpt(identifier)}")
    for step, part in _parts(schema):
        yield from _anchors(part, f"{pointer}{step}")


def _references(schema: JsonObject) -> Iterator[str]:
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield reference
    for _, part in _parts(schema):
        yield from _references(part)
