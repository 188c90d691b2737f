"""Sixteen input schemas (2020-12) as tools have them, each with keywords hard to generate for."""

from typing import Any, Final

TEXT: Final = {"type": "string"}


def arguments(required: str, properties: dict[str, Any], **more: object) -> dict[str, Any]:
    """A schema of an object."""
    return {"type": "object", "properties": properties, "required": required.split(), **more}


SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "flat, bounds, multipleOf": arguments(
        "query limit",
        {
            "query": {"type": "string", "minLength": 1, "maxLength": 200},
            "limit": {"type": "integer", "minimum": 1, "maximum": 100},
            "score": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
            "step": {"type": "integer", "multipleOf": 5, "minimum": 0, "maximum": 1000},
            "order": {"enum": ["newest", "oldest", "best"]},
            "exact": {"type": "boolean", "default": False},
        },
        additionalProperties=False,
    ),
    "formats": arguments(
        "start owner id",
        {
            "start": {"type": "string", "format": "date-time"},
            "day": {"type": "string", "format": "date"},
            "lasts": {"type": "string", "format": "duration"},
            "owner": {"type": "string", "format": "email"},
            "host": {"type": "string", "format": "hostname"},
            "address": {"type": "string", "format": "ipv6"},
            "page": {"type": "string", "format": "uri"},
            "id": {"type": "string", "format": "uuid"},
            "place": {"type": "string", "format": "json-pointer"},
        },
    ),
    "patterns, lookahead, letters": arguments(
        "sku name",
        {
            "sku": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
            "name": {"type": "string", "pattern": r"^\p{L}+$", "maxLength": 30},
            "password": {"type": "string", "pattern": r"^(?=.*[A-Z])(?=.*\d).{8,20}$"},
            "slug": {"type": "string", "pattern": "^[a-z]+(-[a-z]+)*$", "maxLength": 40},
            "version": {"type": "string", "pattern": r"^v?\d+\.\d+\.\d+$"},
        },
    ),
    "oneOf": arguments(
        "shape",
        {
            "shape": {
                "oneOf": [
                    arguments(
                        "kind radius",
                        {"kind": {"const": "circle"}, "radius": {"type": "number", "minimum": 0}},
                    ),
                    arguments(
                        "kind width height",
                        {
                            "kind": {"const": "box"},
                            "width": {"type": "number", "minimum": 0},
                            "height": {"type": "number", "minimum": 0},
                        },
                    ),
                    arguments(
                        "kind points",
                        {
                            "kind": {"const": "line"},
                            "points": {
                                "type": "array",
                                "items": {"type": "number"},
                                "minItems": 4,
                                "maxItems": 12,
                            },
                        },
                    ),
                ]
            }
        },
    ),
    "anyOf": arguments(
        "target",
        {
            "target": {
                "anyOf": [
                    {"type": "integer", "minimum": 1},
                    {"type": "string", "pattern": "^#[0-9]+$"},
                    {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1},
                ]
            },
            "note": {"anyOf": [{"type": "string", "maxLength": 80}, {"type": "null"}]},
        },
    ),
    "allOf": {
        "type": "object",
        "allOf": [
            arguments("id", {"id": {"type": "integer", "minimum": 1}}),
            arguments(
                "title",
                {"title": {"type": "string", "minLength": 3}, "id": {"maximum": 1_000_000}},
            ),
            {"properties": {"tags": {"type": "array", "items": TEXT, "maxItems": 5}}},
        ],
    },
    "if, then, else": arguments(
        "country",
        {
            "country": {"enum": ["US", "CA", "other"]},
            "zip": TEXT,
            "street": {"type": "string", "minLength": 1},
        },
        **{
            "if": {"properties": {"country": {"const": "US"}}},
            "then": {
                "properties": {"zip": {"pattern": "^[0-9]{5}$"}},
                "required": ["zip"],
            },
            "else": {"properties": {"zip": {"maxLength": 10}}},
        },
    ),
    "$ref, nested": {
        **arguments(
            "from to",
            {
                "from": {"$ref": "#/$defs/address"},
                "to": {"$ref": "#/$defs/address"},
                "parcels": {
                    "type": "array",
                    "items": {"$ref": "#/$defs/parcel"},
                    "minItems": 1,
                    "maxItems": 4,
                },
            },
        ),
        "$defs": {
            "address": arguments(
                "city",
                {"city": {"type": "string", "minLength": 2}, "lines": {"$ref": "#/$defs/lines"}},
            ),
            "lines": {"type": "array", "items": TEXT, "maxItems": 3},
            "parcel": arguments(
                "grams",
                {
                    "grams": {"type": "integer", "minimum": 1, "maximum": 30_000},
                    "fragile": {"type": "boolean"},
                },
            ),
        },
    },
    "recursive filter": {
        **arguments("filter", {"filter": {"$ref": "#/$defs/filter"}}),
        "$defs": {
            "filter": {
                "oneOf": [
                    arguments(
                        "field equals",
                        {"field": {"type": "string", "minLength": 1}, "equals": TEXT},
                        additionalProperties=False,
                    ),
                    arguments(
                        "all",
                        {
                            "all": {
                                "type": "array",
                                "items": {"$ref": "#/$defs/filter"},
                                "minItems": 1,
                                "maxItems": 3,
                            }
                        },
                        additionalProperties=False,
                    ),
                    arguments(
                        "not", {"not": {"$ref": "#/$defs/filter"}}, additionalProperties=False
                    ),
                ]
            }
        },
    },
    "$dynamicRef tree": {
        "$id": "https://example.com/tree",
        "$dynamicAnchor": "node",
        **arguments(
            "name",
            {
                "name": {"type": "string", "minLength": 1, "maxLength": 20},
                "children": {
                    "type": "array",
                    "items": {"$dynamicRef": "#node"},
                    "maxItems": 3,
                },
            },
        ),
    },
    "unevaluatedProperties": {
        **arguments("name", {"name": {"type": "string", "minLength": 1}}),
        "allOf": [{"$ref": "#/$defs/audited"}],
        "unevaluatedProperties": False,
        "$defs": {
            "audited": arguments("by", {"by": TEXT, "on": {"type": "string", "format": "date"}})
        },
    },
    "dependentRequired, dependentSchemas": arguments(
        "amount",
        {
            "amount": {"type": "number", "minimum": 0.01, "maximum": 10_000},
            "card": {"type": "string", "pattern": "^[0-9]{16}$"},
            "expires": {"type": "string", "pattern": "^(0[1-9]|1[0-2])/[0-9]{2}$"},
            "currency": {"enum": ["EUR", "USD", "JPY"]},
            "cents": {"type": "integer"},
        },
        dependentRequired={"card": ["expires"]},
        dependentSchemas={
            "cents": {
                "properties": {"cents": {"minimum": 0, "maximum": 99}},
                "required": ["currency"],
            }
        },
    ),
    "prefixItems": arguments(
        "box",
        {
            "box": {
                "type": "array",
                "prefixItems": [
                    {"type": "number", "minimum": -180, "maximum": 180},
                    {"type": "number", "minimum": -90, "maximum": 90},
                    {"enum": ["m", "km"]},
                ],
                "items": False,
                "minItems": 2,
            },
            "row": {
                "type": "array",
                "prefixItems": [TEXT, {"type": "integer"}],
                "items": {"type": "boolean"},
                "minItems": 3,
                "maxItems": 6,
            },
        },
    ),
    "minContains, uniqueItems": arguments(
        "seats",
        {
            "seats": {
                "type": "array",
                "items": {"type": "integer", "minimum": 1, "maximum": 60},
                "uniqueItems": True,
                "minItems": 2,
                "maxItems": 8,
            },
            "guests": {
                "type": "array",
                "items": arguments(
                    "name adult",
                    {"name": {"type": "string", "minLength": 1}, "adult": {"type": "boolean"}},
                ),
                "contains": {"properties": {"adult": {"const": True}}, "required": ["adult"]},
                "minContains": 1,
                "maxItems": 5,
            },
        },
    ),
    "maps, propertyNames": arguments(
        "labels",
        {
            "labels": {
                "type": "object",
                "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,15}$"},
                "additionalProperties": {"type": "string", "maxLength": 63},
                "minProperties": 1,
                "maxProperties": 6,
            },
            "headers": {
                "type": "object",
                "patternProperties": {"^x-[a-z]+$": {"type": "string"}},
                "additionalProperties": False,
            },
        },
    ),
    "nested order": arguments(
        "customer lines",
        {
            "customer": arguments(
                "email",
                {
                    "email": {"type": "string", "format": "email"},
                    "level": {"enum": ["basic", "gold", None]},
                    "phone": {"type": ["string", "null"], "pattern": r"^\+[0-9]{7,15}$"},
                },
            ),
            "lines": {
                "type": "array",
                "minItems": 1,
                "maxItems": 5,
                "items": arguments(
                    "sku count",
                    {
                        "sku": {"type": "string", "pattern": "^[A-Z0-9]{6}$"},
                        "count": {"type": "integer", "minimum": 1, "maximum": 99},
                        "price": {"type": "number", "minimum": 0, "multipleOf": 0.01},
                        "gift": {"not": {"type": "string"}},
                    },
                ),
            },
            "version": {"const": 2},
        },
        additionalProperties=False,
    ),
}
