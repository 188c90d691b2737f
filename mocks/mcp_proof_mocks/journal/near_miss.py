"""What a failed check says: the closest call there was, and where it differed."""

from collections.abc import Iterator, Sequence

from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.wire import quote

Difference = tuple[str, str]
"""A JSON Pointer, and what is wrong there."""


def differences(expected: Json, actual: Json, path: str = "") -> Iterator[Difference]:
    """Yield where two values differ, member by member; equal as JSON has it: true is not 1."""
    if isinstance(expected, list) and isinstance(actual, list):
        expected, actual = _by_index(expected), _by_index(actual)
    if not (isinstance(expected, dict) and isinstance(actual, dict)):
        if expected != actual or isinstance(expected, bool) != isinstance(actual, bool):
            yield path or "(all)", f"expected {quote(expected)}, was {quote(actual)}"
        return
    for name in dict.fromkeys([*expected, *actual]):
        place = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
        if name not in actual:
            yield place, f"expected {quote(expected[name])}, was missing"
        elif name not in expected:
            yield place, f"not expected, was {quote(actual[name])}"
        else:
            yield from differences(expected[name], actual[name], place)


def near_miss(tool: str, expected: JsonObject, calls: Sequence[JsonObject]) -> str:
    """Say how the closest of some calls of a tool differed from the one that was expected."""
    closest = min(calls, key=lambda call: len(list(differences(expected, call))))
    number = calls.index(closest) + 1
    which = "the one call there was" if len(calls) == 1 else f"call {number} of {len(calls)}"
    listed = "\n".join(f"  {place}: {what}" for place, what in differences(expected, closest))
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


def _by_index(items: JsonArray) -> dict[str, Json]:
    return {str(index): item for index, item in enumerate(items)}
