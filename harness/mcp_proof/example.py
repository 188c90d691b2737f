"""A small valid value for a JSON Schema, without randomness: what a careful caller would try first.

It covers what tool schemas use; a value is only given out when a validator accepts it.
"""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.wire import as_list, as_object

FORMATS: Final[Mapping[str, str]] = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uri-reference": "/example",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
    "byte": "ZXhhbXBsZQ==",
}
DEPTH: Final = 12
MAX_PARTS: Final = 2000
"""Values in one example; a schema that needs more of them is not worth an example."""
MAX_TEXT: Final = 10_000
"""Characters of one string."""


class _TooLargeError(Exception):
    """The schema demands more than an example should hold."""


def example_of(schema: JsonObject) -> Json:
    """Return a valid instance of `schema`, or `None` when none of a sensible size was found."""
    if schema_problem(schema) is not None:
        return None
    try:
        value = _Examples(schema).of(schema)
    except _TooLargeError:
        return None
    return value if not instance_problems(schema, value) else None


class _Examples:
    """Makes one example of a schema, and stops where it would grow without measure."""

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._parts = 0

    def of(self, schema: Json, depth: int = DEPTH) -> Json:
        """Return what the schema suggests, valid or not."""
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise _TooLargeError
        if not isinstance(schema, Mapping) or depth == 0:
            return "example"
        if "$ref" in schema:
            return self.of(_resolve(str(schema["$ref"]), self._root), depth - 1)
        if given := _given(schema):
            return given[0]
        if (flat := _without_branches(schema)) is not schema:
            return self.of(flat, depth - 1)
        return self._by_type(schema, depth)

    def _by_type(self, schema: JsonObject, depth: int) -> Json:
        kind = schema.get("type", "object" if "properties" in schema else "string")
        match as_list(kind)[0] if as_list(kind) else kind:
            case "object":
                value: Json = self._object(schema, depth)
            case "array":
                value = self._array(schema, depth)
            case "integer" | "number":
                value = _number(schema)
            case "boolean":
                value = True
            case "null":
                value = None
            case _:
                value = _text(schema)
        return value

    def _array(self, schema: JsonObject, depth: int) -> Json:
        least = schema.get("minItems")
        count = least if isinstance(least, int) else 0
        if count > MAX_PARTS:
            raise _TooLargeError
        items = schema.get("items", True)
        return [self.of(items, depth - 1) for _ in range(count)]

    def _object(self, schema: JsonObject, depth: int) -> Json:
        properties = as_object(schema.get("properties"))
        return {
            str(name): self.of(properties.get(str(name), True), depth - 1)
            for name in as_list(schema.get("required"))
        }


def _given(schema: JsonObject) -> JsonArray:
    """The values that the schema itself names, the most telling first."""
    fixed = [schema[keyword] for keyword in ("const", "default") if keyword in schema]
    return [*fixed, *as_list(schema.get("examples")), *as_list(schema.get("enum"))]


def _without_branches(schema: JsonObject) -> JsonObject:
    """Return the schema with one of its branching keywords merged into it."""
    for keyword, count in (("oneOf", 1), ("anyOf", 1), ("allOf", None)):
        if branches := as_list(schema.get(keyword))[:count]:
            merged = {name: value for name, value in schema.items() if name != keyword}
            for branch in branches:
                merged.update(as_object(branch))
            return merged
    return schema


def _number(schema: JsonObject) -> Json:
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    step = schema.get("multipleOf")
    if isinstance(low, int | float):
        return low
    if isinstance(above, int | float):
        return above + (step if isinstance(step, int | float) else 1)
    if isinstance(high, int | float) and high < 1:
        return high
    if isinstance(below, int | float) and below <= 1:
        return below - 1
    return step if isinstance(step, int | float) else 1


def _text(schema: JsonObject) -> str:
    text = FORMATS.get(str(schema.get("format", "")), "example")
    shortest, longest = schema.get("minLength"), schema.get("maxLength")
    if isinstance(shortest, int):
        if shortest > MAX_TEXT:
            raise _TooLargeError
        text = text.ljust(shortest, "x")
    return text[:longest] if isinstance(longest, int) else text


def _resolve(reference: str, root: JsonObject) -> Json:
    value: Json = root
    for step in pointer_steps(reference):
        value = as_object(value).get(step)
    return value
