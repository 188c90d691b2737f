"""References and branches: a schema as the one plain object that a value is made for."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.generate.document import REFERENCES
from mcp_proof_contracts.generate.draw import Draw
from mcp_proof_contracts.generate.intersection import all_of, both
from mcp_proof_contracts.generate.kinds import shared_types
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

_COMPOSING: Final = frozenset({*REFERENCES, "allOf", "anyOf", "oneOf", "if", "then", "else"})
_MOST: Final = 1000
"""Parts of one composition; a circle of references has more."""

_NOTHING: Final[JsonObject] = {"enum": []}


def composed(schema: Json, draw: Draw, room: int) -> JsonObject:
    """Return the schema without references and branches: of each alternative one is chosen."""
    if isinstance(schema, dict) and _COMPOSING.isdisjoint(schema):
        return schema
    parts: list[Json] = [schema]
    whole: JsonObject = {}
    branchings, conditions = list[JsonArray](), list[JsonObject]()
    for _ in range(_MOST):
        if parts:
            part = parts.pop()
        elif branchings:
            part = _branch(branchings.pop(), whole, draw, room)
        elif conditions:
            part = _outcomes(conditions, draw)
            conditions = []
        else:
            break
        if isinstance(part, Mapping):
            own = {keyword: v for keyword, v in part.items() if keyword not in _COMPOSING}
            whole = both(own, whole)
            parts += _demanded(part, draw)
            branchings += [as_list(part[word]) for word in ("anyOf", "oneOf") if word in part]
            conditions += [part] if "if" in part else []
        elif part is False:
            whole = both(whole, _NOTHING)
    return whole


def _demanded(schema: JsonObject, draw: Draw) -> list[Json]:
    parts = [draw.document.target(schema[word]) for word in REFERENCES if word in schema]
    return parts + list(as_list(schema.get("allOf")))


def _outcomes(conditions: list[JsonObject], draw: Draw) -> Json:
    """What follows from the conditions if about one of them holds, as in a list of cases."""
    chance = 1 / max(2, len(conditions))
    parts: list[Json] = []
    for condition in conditions:
        if draw.random.random() < chance:
            parts += [condition["if"], condition.get("then", True)]
        else:
            parts.append(condition.get("else", True))
    return all_of(*parts)


def _branch(branches: JsonArray, whole: JsonObject, draw: Draw, room: int) -> Json:
    """One of the branches that end within the room, or else one that ends first."""
    fitting = [branch for branch in branches if _shares_a_type(branch, whole)] or branches
    heights = [draw.document.height(branch) for branch in fitting]
    limit = max(room, min(heights))
    return draw.random.choice([b for b, h in zip(fitting, heights, strict=True) if h <= limit])


def _shares_a_type(branch: Json, whole: JsonObject) -> bool:
    told = as_object(branch)
    if "type" not in told or "type" not in whole:
        return True
    return bool(shared_types(told["type"], whole["type"]))
