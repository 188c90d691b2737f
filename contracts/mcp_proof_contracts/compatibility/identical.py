"""Whether two JSON values are the same one: `true` is not 1, but 1.0 is."""

from collections.abc import Mapping

from mcp_proof_contracts.json_value import Json


def identical(one: Json, other: Json) -> bool:
    """Whether two values are the same, however deep they nest."""
    waiting = [(one, other)]
    while waiting:
        a, b = waiting.pop()
        if a is b:
            continue
        if isinstance(a, Mapping) and isinstance(b, Mapping):
            if a.keys() != b.keys():
                return False
            waiting += ((a[name], b[name]) for name in a)
        elif isinstance(a, list | tuple) and isinstance(b, list | tuple):
            if len(a) != len(b):
                return False
            waiting += zip(a, b, strict=True)
        elif isinstance(a, bool) is not isinstance(b, bool) or a != b:
            return False
    return True
