"""Smaller JSON values: each is tried where the larger one stands, and kept if it still fails."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeAlias, TypeVar

from mcp_proof.fuzz.case import FROM
from mcp_proof_contracts.json_value import Json

T = TypeVar("T")
Put: TypeAlias = Callable[[Json], bool]
"""Takes a value in the place of another; returns whether the whole still fails with it."""
LEAST: Final[tuple[Json, ...]] = (None, False, 0, "", [], {})
"""The simplest value of each type, simplest first."""
PLAIN: Final = "a0 "
"""The characters that say least, in their order."""
MOST_NESTED: Final = 200
"""Objects in an object that may stand in its place."""
LONG: Final = 40
"""Characters above which a text is not looked at one by one."""


def shrink_value(value: Json, put: Put) -> Json:
    """Return the smallest value found that can stand in the place of this one."""
    match value:
        case dict():
            return _object(value, put)
        case list():
            return _array(value, put)
        case str():
            return _text(value, put)
        case bool():
            return False if value and put(False) else value
        case int() | float():
            return _number(value, put)
        case _:
            return value


def plainest(value: Json) -> Json:
    """Return a value of the same form, with the simplest texts, numbers and booleans in it."""
    match value:
        case dict():
            members = {name: plainest(member) for name, member in value.items()}
            return value if FROM in value else members
        case list():
            return [plainest(item) for item in value]
        case str() | bool() | int() | float():
            return type(value)()
        case _:
            return value


def _object(value: dict[str, Json], put: Put) -> Json:
    if value and put({}):
        return {}
    value = _innermost(value, put)
    for name in list(value):
        less = {key: member for key, member in value.items() if key != name}
        if put(less):
            value = less
    for name in list(value):
        value = {**value, name: _least(value[name], _member(value, name, put))}
    return value


def _innermost(value: dict[str, Json], put: Put) -> dict[str, Json]:
    """Return the innermost of the objects nested in it that will do in its place."""
    chain = list(islice(_objects_in(value), MOST_NESTED))
    lowest, beyond = 0, len(chain)
    while beyond - lowest > 1:
        middle = (lowest + beyond) // 2
        if put(chain[middle]):
            lowest = middle
        else:
            beyond = middle
    return chain[lowest]


def _objects_in(value: Json) -> Iterator[dict[str, Json]]:
    """Yield the objects in a value, the outer before the inner; references are none."""
    if isinstance(value, dict) and FROM not in value:
        yield value
        for member in value.values():
            yield from _objects_in(member)
    elif isinstance(value, list):
        for item in value:
            yield from _objects_in(item)


def _member(value: dict[str, Json], name: str, put: Put) -> Put:
    return lambda member: put({**value, name: member})


def _least(value: Json, put: Put) -> Json:
    """Return the simplest value of the same type where that will do, else a smaller one."""
    if isinstance(value, dict) and FROM in value:
        return value  # a reference is no value of its own
    for simple in LEAST:
        same_type = type(simple) is type(value)
        if same_type and simple != value and put(simple):
            return simple
    return shrink_value(value, put)


def _array(value: list[Json], put: Put) -> Json:
    kept = shorten(value, put)
    for index in range(len(kept)):
        item = _least(kept[index], _item(kept, index, put))
        kept = [*kept[:index], item, *kept[index + 1 :]]
    return kept


def _item(value: list[Json], index: int, put: Put) -> Put:
    return lambda item: put([*value[:index], item, *value[index + 1 :]])


def shorten(value: list[T], put: Callable[[list[T]], bool]) -> list[T]:
    """Leave out runs of items, long ones first, from the end."""
    if value and put([]):
        return []
    size = max(len(value) // 2, 1)
    while True:
        end = len(value)
        while end > 0:
            less = value[: max(end - size, 0)] + value[end:]
            if less != value and put(less):
                value = less
            end -= size
        if size == 1:
            return value
        size //= 2


def _text(value: str, put: Put) -> str:
    joined = "".join
    if len(value) > LONG:
        value = _cut(value, put)
        plain = PLAIN[0] * len(value)
        if value != plain and put(plain):
            return plain
    value = (
        joined(shorten(list(value), lambda some: put(joined(some))))
        if len(value) <= LONG
        else value
    )
    for index, character in enumerate(value[:LONG]):
        for simple in PLAIN:
            if simple == character:
                break
            simpler = value[:index] + simple + value[index + 1 :]
            if put(simpler):
                value = simpler
                break
    return value


def _cut(value: str, put: Put) -> str:
    """Cut a long text at its end, as far as it goes; then at its beginning."""
    for take in (_without_end, _without_beginning):
        size = len(value) // 2
        while size:
            if put(less := take(value, size)):
                value = less
                size = min(size, len(value) // 2)
            else:
                size //= 2
    return value


def _without_end(value: str, size: int) -> str:
    return value[:-size]


def _without_beginning(value: str, size: int) -> str:
    return value[size:]


def _number(value: float, put: Put) -> float:
    if isinstance(value, float) and math.isfinite(value) and put(int(value)):
        value = int(value)
    if value == 0 or put(0):
        return 0
    if put(-value) and value < 0:
        value = -value
    if isinstance(value, float):
        return value
    sign = 1 if value > 0 else -1
    low, high = _magnitude(abs(value), lambda some: put(sign * some))
    return sign * _between(low, high, lambda some: put(sign * some))


def _magnitude(value: int, put: Callable[[int], bool]) -> tuple[int, int]:
    """Return a number that does not fail and one that does, a factor of 2 apart at most."""
    shift = _between(0, value.bit_length(), lambda bits: put(1 << bits >> 1))
    high = min(value, 1 << shift >> 1)
    return high >> 1, high if put(high) else value


def _between(low: int, high: int, put: Callable[[int], bool]) -> int:
    """Return the smallest number that fails, where `low` does not and `high` does."""
    while high - low > 1:
        middle = (low + high) // 2
        if put(middle):
            high = middle
        else:
            low = middle
    return high


def fewer(steps: Sequence[T], put: Callable[[list[T]], bool]) -> list[T]:
    """Leave out steps that are not needed; the last one stays."""
    last = steps[-1]
    return [*shorten(list(steps[:-1]), lambda some: put([*some, last])), last]
