"""When two JSON values are the same."""

from mcp_proof_contracts.json_value import Json


def same(one: Json, other: Json) -> bool:
    """Whether two values are equal as JSON has it: true is not 1, but 1 is 1.0."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)
