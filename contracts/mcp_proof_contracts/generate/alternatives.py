"""How many combinations a schema's alternatives have: its normal form writes out all of them."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.generate.document import REFERENCES, Document
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

MANY: Final = 256
"""From here on a normal form may take seconds, or hours."""

_PER_CONDITION: Final = 3


def has_many_alternatives(document: Document) -> bool:
    """Whether the combinations are too many to be written out."""
    known: dict[int, int] = {}
    waiting = [document.root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Mapping):
            if _alternatives(document, node, known) >= MANY:
                return True
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return False


def _alternatives(document: Document, schema: Json, known: dict[int, int]) -> int:
    if not isinstance(schema, Mapping):
        return 1
    if id(schema) not in known:
        known[id(schema)] = 1  # a circle ends here
        known[id(schema)] = min(MANY, _product(document, schema, known))
    return known[id(schema)]


def _product(document: Document, schema: JsonObject, known: dict[int, int]) -> int:
    product = 1
    together = [document.target(schema[word]) for word in REFERENCES if word in schema]
    together += as_list(schema.get("allOf"))
    together += as_object(schema.get("dependentSchemas")).values()
    for part in together:
        product *= _alternatives(document, part, known)
        if product >= MANY:
            return MANY
    for keyword in ("anyOf", "oneOf"):
        if branches := as_list(schema.get(keyword)):
            product *= sum(_alternatives(document, branch, known) for branch in branches)
    if "if" in schema:
        product *= _PER_CONDITION
    return product
