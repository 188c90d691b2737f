"""A tool's schema as schemas of an OpenAPI 3.1 document: in 2020-12, with references into it."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import DEFAULT_DIALECT
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.generate.document import REFERENCES, Document

COMPONENTS: Final = "#/components/schemas/"

_FORMATS: Final = frozenset(
    [
        "date",
        "date-time",
        "time",
        "duration",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "iri",
        "iri-reference",
        "uri-template",
        "json-pointer",
        "relative-json-pointer",
        "regex",
        "uuid",
    ]
)
"""Any other format is plain text."""

_SCHEMA: Final = frozenset(
    [
        "additionalProperties",
        "unevaluatedProperties",
        "unevaluatedItems",
        "items",
        "contains",
        "propertyNames",
        "not",
        "if",
        "then",
        "else",
    ]
)
_SCHEMAS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
_PLAIN: Final = frozenset(
    [
        "type",
        "enum",
        "const",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minContains",
        "maxContains",
        "required",
        "minProperties",
        "maxProperties",
        "dependentRequired",
        "contentEncoding",
        "contentMediaType",
    ]
)
_REFERENCE_STANDS_ALONE: Final = ("draft-07", "draft-06", "draft-04")


class Modern:
    """Writes a document's schemas anew; what they refer to gets names as it is met."""

    def __init__(self, document: Document) -> None:
        self._document = document
        dialect = str(as_object(document.root).get("$schema", DEFAULT_DIALECT))
        self._old = "2020-12" not in dialect
        self._alone = any(name in dialect for name in _REFERENCE_STANDS_ALONE)
        self._names: dict[int, str] = {}
        self._waiting: list[tuple[str, Json]] = []

    def components(self) -> dict[str, Json]:
        """All schemas; that of the arguments is named first."""
        self._name(self._document.root)
        written: dict[str, Json] = {}
        while self._waiting:
            name, schema = self._waiting.pop()
            written[name] = self._schema(schema)
        return written

    def _name(self, schema: Json) -> str:
        if id(schema) not in self._names:
            name = f"schema{len(self._names)}"
            self._names[id(schema)] = name
            self._waiting.append((name, schema))
        return self._names[id(schema)]

    def _schema(self, schema: Json) -> Json:
        if not isinstance(schema, Mapping):
            return schema
        references: list[Json] = [
            {"$ref": COMPONENTS + self._name(self._document.target(schema[word]))}
            for word in REFERENCES
            if word in schema
        ]
        if references and self._alone:
            return references[0]
        written: dict[str, Json] = {}
        for keyword, value in (_translated(schema) if self._old else schema).items():
            if keyword in _PLAIN or (keyword == "format" and value in _FORMATS):
                written[keyword] = value
            elif keyword in _SCHEMA:
                written[keyword] = self._schema(value)
            elif keyword in _SCHEMAS:
                written[keyword] = [self._schema(part) for part in as_list(value)]
            elif keyword in _NAMED:
                parts = as_object(value)
                written[keyword] = {name: self._schema(part) for name, part in parts.items()}
        if references:
            written["allOf"] = [*as_list(written.get("allOf")), *references]
        return written


def _translated(schema: JsonObject) -> JsonObject:
    """One schema object of an earlier draft in the keywords of 2020-12."""
    modern = dict(schema)
    if isinstance(items := modern.get("items"), list):
        modern["prefixItems"] = items
        modern["items"] = modern.get("additionalItems", True)
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(is_exclusive := modern.get(exclusive), bool):  # draft-04
            del modern[exclusive]
            modern |= {exclusive: modern.pop(limit)} if is_exclusive and limit in modern else {}
    asked = as_object(modern.get("dependencies"))
    if asked:
        names = {name: part for name, part in asked.items() if isinstance(part, list)}
        modern["dependentRequired"] = names
        modern["dependentSchemas"] = {n: part for n, part in asked.items() if n not in names}
    return modern
