"""A small valid value for a JSON Schema, without randomness: what a careful caller would try first.

It covers what tool schemas use; a value is only given out when a validator accepts it.
"""

from collections.abc import Mapping
from typing import Final

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


def example_of(schema: JsonObject) -> Json:
    """Return a valid instance of `schema`, or `None` when none was found."""
    if schema_problem(schema) is not None:
        return None
    value = _example(schema, schema, DEPTH)
    return value if not instance_problems(schema, value) else None


def _example(schema: Json, root: JsonObject, depth: int) -> Json:
    if not isinstance(schema, Mapping) or depth == 0:
        return "example"
    if "$ref" in schema:
        return _example(_resolve(str(schema["$ref"]), root), root, depth - 1)
    if given := _given(schema):
        return given[0]
    if (flat := _without_branches(schema)) is not schema:
        return _example(flat, root, depth - 1)
    return _by_type(schema, root, depth)


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


def _by_type(schema: JsonObject, root: JsonObject, depth: int) -> Json:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    match as_list(kind)[0] if as_list(kind) else kind:
        case "object":
            value: Json = _object(schema, root, depth)
        case "array":
            value = _array(schema, root, depth)
        case "integer" | "number":
            value = _number(schema)
        case "boolean":
            value = True
        case "null":
            value = None
        case _:
            value = _text(schema)
    return value


def _array(schema: JsonObject, root: JsonObject, depth: int) -> Json:
    least = schema.get("minItems")
    items = schema.get("items", True)
    return [_example(items, root, depth - 1)] * (least if isinstance(least, int) else 0)


def _object(schema: JsonObject, root: JsonObject, depth: int) -> Json:
    properties = as_object(schema.get("properties"))
    return {
        str(name): _example(properties.get(str(name), True), root, depth - 1)
        for name in as_list(schema.get("required"))
    }


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
        text = text.ljust(shortest, "x")
    return text[:longest] if isinstance(longest, int) else text


def _resolve(reference: str, root: JsonObject) -> Json:
    value: Json = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        if part:
            value = as_object(value).get(part.replace("~1", "/").replace("~0", "~"))
    return value
