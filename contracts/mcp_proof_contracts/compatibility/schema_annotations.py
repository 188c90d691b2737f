"""Keywords by which no value is valid or not: people, models and other programs read them."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.difference import Argued, difference
from mcp_proof_contracts.compatibility.presentation import SHOWN
from mcp_proof_contracts.compatibility.schemas.obstacle import too_large
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.subschemas import NAMED, ONE, SEVERAL, subschemas

HEADER: Final = "x-mcp-header"
ASSERTING: Final = frozenset(
    {"type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum"}
    | {"exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems"}
    | {"uniqueItems", "maxContains", "minContains", "maxProperties", "minProperties", "required"}
    | {"dependentRequired", "format", "contentEncoding", "contentMediaType"}
    | {"$ref", "$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor", "$recursiveAnchor"}
    | {"$id", "id", "$schema", "$vocabulary", "$comment", "examples"}
    | {*ONE, *SEVERAL, *NAMED}
)
"""Keywords that are judged elsewhere, or say nothing to anybody who calls."""
NO_DEMAND: Final = "No value is valid or not by it."


def compare_annotated(
    path: str, old: JsonObject, new: JsonObject, *, sent: bool
) -> Iterator[Change]:
    """Yield what changed in the annotations of a schema and its parts.

    Args:
        path: where it is.
        old: what it was.
        new: what it is.
        sent: whether its values are sent by clients.
    """
    if too_large(old) or too_large(new):
        return  # which is told of where values are judged
    waiting = [(path, old, new)]
    for place, before, after in waiting:
        for keyword in sorted((before.keys() | after.keys()) - ASSERTING):
            argued = _argued(keyword, before, after, sent=sent)
            yield from difference(place, keyword, before, after, argued)
        parts = dict(subschemas(after))
        for way, part in subschemas(before):
            other = parts.get(way)
            if isinstance(part, dict) and isinstance(other, dict):
                waiting.append((f"{place}{json_pointer(way)}", part, other))


def _argued(keyword: str, old: JsonObject, new: JsonObject, *, sent: bool) -> Argued:
    if keyword == "default" and sent and "default" in old:
        why = "Calls that leave it out mean something else now, if the server goes by the default."
        return Argued(Effect.UNKNOWN, why)
    if keyword == HEADER and sent and keyword in new:
        why = "Clients that do not know of this header do not send it, and are refused."
        return Argued(Effect.BREAKING, why)
    return Argued(Effect.COMPATIBLE, SHOWN.get(keyword, NO_DEMAND))
