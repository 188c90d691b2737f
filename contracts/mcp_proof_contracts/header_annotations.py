"""`x-mcp-header` in the input schemas of tools: where it stands, and what is wrong with it.

Source: basic/transports/streamable-http, Schema Extension (2026-07-28).
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from mcp_proof_contracts.headers import FIELD_NAME
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

KEYWORD: Final = "x-mcp-header"
PRIMITIVE: Final = frozenset({"string", "integer", "boolean"})
LARGEST: Final = 2**53 - 1

ONE_SCHEMA: Final = (
    *("items", "contains", "additionalProperties", "unevaluatedItems", "unevaluatedProperties"),
    *("propertyNames", "not", "if", "then", "else", "additionalItems"),
)
MANY_SCHEMAS: Final = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
NAMED_SCHEMAS: Final = ("patternProperties", "dependentSchemas", "$defs", "definitions")


@dataclass(frozen=True, slots=True)
class Place:
    """A schema within a tool's input schema."""

    schema: JsonObject
    pointer: str
    """Where it stands, as a JSON pointer."""
    parameter: str
    """The name of the parameter it describes; "" when it describes none."""
    reachable: bool
    """Whether only `properties` lead to it."""

    def within(self, part: Json, path: str, *, parameter: str = "") -> "Place":
        """Return the place of a schema inside this one."""
        reachable = self.reachable and bool(parameter)
        return Place(as_object(part), f"{self.pointer}/{path}", parameter, reachable)


class Flaw(Enum):
    """What is wrong with an annotation."""

    EMPTY = "the annotation is empty"
    NOT_A_NAME = "the annotation is no header name (1*tchar)"
    UNREACHABLE = "the place is not reached by `properties` alone"
    NUMBER = "the parameter's type is `number`"
    NO_PRIMITIVE = "the parameter's type is no string, integer or boolean"
    UNSAFE_INTEGER = "the parameter takes integers beyond 2^53-1"
    DUPLICATE = "another parameter has the same name, but for its case"


def flaw_of(place: Place) -> Flaw | None:
    """Return what is wrong with the annotation of a place by itself.

    Nullable parameters, and those whose type is not said, are tolerated.
    """
    value, schema = place.schema[KEYWORD], place.schema
    if value == "":
        return Flaw.EMPTY
    if not isinstance(value, str) or not FIELD_NAME.fullmatch(value):
        return Flaw.NOT_A_NAME
    if not place.reachable or not place.parameter:
        return Flaw.UNREACHABLE
    declared = schema.get("type")
    types = set(map(str, as_list(declared) or ([declared] if declared is not None else [])))
    if types and (not types & PRIMITIVE or not types <= PRIMITIVE | {"null"}):
        return Flaw.NUMBER if "number" in types else Flaw.NO_PRIMITIVE
    constants = [schema.get("const"), *as_list(schema.get("enum"))]
    if any(isinstance(value, int) and abs(value) > LARGEST for value in constants):
        return Flaw.UNSAFE_INTEGER
    return None


def flaws_of(schema: JsonObject) -> frozenset[Flaw]:
    """Return what is wrong with the annotations of an input schema; empty where nothing is."""
    annotated = [place for place in places(schema) if KEYWORD in place.schema]
    flaws = {flaw for place in annotated if (flaw := flaw_of(place)) is not None}
    names = [str(place.schema[KEYWORD]).lower() for place in annotated]
    if len(set(names)) < len(names):
        flaws.add(Flaw.DUPLICATE)
    return frozenset(flaws)


def are_clear(schema: JsonObject) -> bool:
    """Whether everybody takes the annotations of an input schema for good.

    Whether a nullable parameter, or one whose type is not said, has a primitive type is read in
    either way.
    """
    types = [each.schema.get("type") for each in places(schema) if KEYWORD in each.schema]
    return not flaws_of(schema) and all(
        isinstance(declared, str) and declared in PRIMITIVE for declared in types
    )


def places(root: JsonObject) -> Iterator[Place]:
    """Every place of a schema where a schema stands, outermost first."""
    waiting = deque([Place(root, "", "", reachable=True)])
    while waiting:
        place = waiting.popleft()
        if place.schema:
            yield place
            waiting.extend(_parts(place))


def _parts(place: Place) -> Iterator[Place]:
    """The schemas directly within a schema.

    What merely looks like one is left out: a property, a default or an example may well be called
    `x-mcp-header`.
    """
    schema = place.schema
    for name, part in as_object(schema.get("properties")).items():
        yield place.within(part, f"properties/{name}", parameter=name)
    for keyword in ONE_SCHEMA:
        yield place.within(schema.get(keyword), keyword)
    for keyword in MANY_SCHEMAS:
        for index, part in enumerate(as_list(schema.get(keyword))):
            yield place.within(part, f"{keyword}/{index}")
    for keyword in NAMED_SCHEMAS:
        for name, part in as_object(schema.get(keyword)).items():
            yield place.within(part, f"{keyword}/{name}")
