"""What two schemas ask together, written as one, so that one value can be made for both.

It is a good guess, not a proof: the finished value is judged by the schema as it was written.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import zip_longest
from math import gcd, lcm
from typing import Final

from mcp_proof_contracts.generate.kinds import shared_types
from mcp_proof_contracts.generate.numbers import exact, plain
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

_APPLYING_TO_MEMBERS: Final = ("properties", "additionalProperties")


def both(one: JsonObject, other: JsonObject) -> JsonObject:
    """Return a schema for the values that keep both."""
    if not one or not other:
        return one or other
    one, other = _with_enum(one), _with_enum(other)
    merged = {**one, **other}
    for keyword, combine in _COMBINED.items():
        if keyword in one and keyword in other:
            merged[keyword] = combine(one[keyword], other[keyword])
    if any(keyword in schema for schema in (one, other) for keyword in _APPLYING_TO_MEMBERS):
        merged |= _members(one, other)
    return merged


def all_of(*schemas: Json) -> Json:
    """One schema for several; what takes everything is left out."""
    if False in schemas:
        return False
    told = [schema for schema in schemas if schema is not True and schema != {}]
    return told[0] if len(told) == 1 else {"allOf": told} if told else True


def _with_enum(schema: JsonObject) -> JsonObject:
    if "const" not in schema:
        return schema
    rest = {keyword: value for keyword, value in schema.items() if keyword != "const"}
    return both({"enum": [schema["const"]]}, rest)


def _members(one: JsonObject, other: JsonObject) -> JsonObject:
    names = [*as_object(one.get("properties")), *as_object(other.get("properties"))]
    return {
        "properties": {n: all_of(_member(one, n), _member(other, n)) for n in dict.fromkeys(names)},
        "additionalProperties": all_of(
            one.get("additionalProperties", True), other.get("additionalProperties", True)
        ),
    }


def _member(schema: JsonObject, name: str) -> Json:
    properties = as_object(schema.get("properties"))
    if name in properties or "patternProperties" in schema:
        return properties.get(name, True)
    return schema.get("additionalProperties", True)


def _shared_values(one: Json, other: Json) -> Json:
    return [value for value in as_list(one) if value in as_list(other)]


def _step(one: Json, other: Json) -> Json:
    a, b = exact(one) or Fraction(1), exact(other) or Fraction(1)
    return plain(Fraction(lcm(a.numerator, b.numerator), gcd(a.denominator, b.denominator)))


def _pattern(one: Json, other: Json) -> Json:
    return rf"^(?=[\s\S]*?(?:{one}))(?=[\s\S]*?(?:{other}))"


def _named(one: Json, other: Json) -> Json:
    mine, theirs = as_object(one), as_object(other)
    return {
        name: all_of(mine.get(name, True), theirs.get(name, True)) for name in {**mine, **theirs}
    }


def _needs(one: Json, other: Json) -> Json:
    mine, theirs = as_object(one), as_object(other)
    return {name: _union(mine.get(name), theirs.get(name)) for name in {**mine, **theirs}}


def _union(one: Json, other: Json) -> Json:
    return list(dict.fromkeys([*map(str, as_list(one)), *map(str, as_list(other))]))


def _items(one: Json, other: Json) -> Json:
    if isinstance(one, list) and isinstance(other, list):
        return _prefix(one, other)
    return other if isinstance(one, list) or isinstance(other, list) else all_of(one, other)


def _prefix(one: Json, other: Json) -> Json:
    return [all_of(*pair) for pair in zip_longest(as_list(one), as_list(other), fillvalue=True)]


def _either(one: Json, other: Json) -> Json:
    return {"anyOf": [one, other]}


def _least(one: Json, other: Json) -> Json:
    return min(one, other, key=lambda bound: exact(bound) or 0)


def _greatest(one: Json, other: Json) -> Json:
    return max(one, other, key=lambda bound: exact(bound) or 0)


_COMBINED: Final[Mapping[str, Callable[[Json, Json], Json]]] = {
    "type": shared_types,
    "enum": _shared_values,
    "required": _union,
    "pattern": _pattern,
    "multipleOf": _step,
    "not": _either,
    "contains": _either,
    "items": _items,
    "prefixItems": _prefix,
    "propertyNames": all_of,
    "unevaluatedProperties": all_of,
    "unevaluatedItems": all_of,
    "patternProperties": _named,
    "dependentSchemas": _named,
    "dependentRequired": _needs,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength"), _greatest),
    **dict.fromkeys(("minItems", "minProperties", "minContains"), _greatest),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength"), _least),
    **dict.fromkeys(("maxItems", "maxProperties", "maxContains"), _least),
}
