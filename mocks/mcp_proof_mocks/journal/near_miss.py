"""What a failed check says: the closest call there was, and where it differed."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.wire import quote
from mcp_proof_mocks.equality import same


class Difference(NamedTuple):
    """One place where two values differ."""

    path: str
    """A JSON Pointer."""
    what: str
    weight: int = 1
    """How many values are wrong there."""


def differences(expected: Json, actual: Json, path: str = "") -> Iterator[Difference]:
    """Yield where two values differ, member by member."""
    if isinstance(expected, list) and isinstance(actual, list):
        expected, actual = _by_index(expected), _by_index(actual)
    if not (isinstance(expected, dict) and isinstance(actual, dict)):
        if not same(expected, actual):
            yield Difference(path or "(all)", f"expected {quote(expected)}, was {quote(actual)}")
        return
    for name in dict.fromkeys([*expected, *actual]):
        place = path + json_pointer([name])
        if name not in actual:
            what = f"expected {quote(expected[name])}, was missing"
            yield Difference(place, what, _values(expected[name]))
        elif name not in expected:
            what = f"not expected, was {quote(actual[name])}"
            yield Difference(place, what, _values(actual[name]))
        else:
            yield from differences(expected[name], actual[name], place)


def near_miss(tool: str, expected: JsonObject, calls: Sequence[JsonObject]) -> str:
    """Say how the closest of some calls of a tool differed from the one that was expected."""
    closest = min(calls, key=lambda call: sum(d.weight for d in differences(expected, call)))
    number = calls.index(closest) + 1
    which = "the one call there was" if len(calls) == 1 else f"call {number} of {len(calls)}"
    listed = "\n".join(f"  {each.path}: {each.what}" for each in differences(expected, closest))
    return (
        f"{tool} was not called with {quote(expected)}\n"
        f"closest, {which}: {quote(closest)}\n"
        f"what differed:\n{listed}"
    )


def never_called(tool: str, called: Sequence[str]) -> str:
    """Say that a tool was not called, and which ones were."""
    if not called:
        return f"{tool} was not called; no tool was"
    counts = ", ".join(f"{name} ({called.count(name)})" for name in dict.fromkeys(called))
    return f"{tool} was not called.{did_you_mean(tool, called)}\ncalled were: {counts}"


def _values(value: Json) -> int:
    """How many values a value is made of."""
    if isinstance(value, dict):
        return 1 + sum(map(_values, value.values()))
    return 1 + sum(map(_values, value)) if isinstance(value, list) else 1


def _by_index(items: JsonArray) -> dict[str, Json]:
    return {str(index): item for index, item in enumerate(items)}
