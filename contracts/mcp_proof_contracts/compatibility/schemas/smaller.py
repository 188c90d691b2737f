"""Makes an example smaller, as long as it is one: who reads it should see what matters."""

from collections.abc import Callable, Iterator
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import encode

MOST: Final = 300
"""Values that are tried."""
PLAIN: Final[tuple[Json, ...]] = ("", "a", 0, 1, 0.5, [], {})


def smallest(example: Json, is_example: Callable[[Json], bool]) -> Json:
    """Return an example that is as small as a few tries make it."""
    tries = 0
    found = True
    while found and tries < MOST:
        found = False
        for candidate in _simpler(example):
            tries += 1
            if _weight(candidate) < _weight(example) and is_example(candidate):
                example, found = candidate, True
                break
            if tries >= MOST:
                break
    return example


def _weight(value: Json) -> tuple[int, bytes]:
    text = encode(value)
    return len(text), text


def _simpler(value: Json) -> Iterator[Json]:
    yield from PLAIN
    match value:
        case dict():
            for name in value:
                yield {other: held for other, held in value.items() if other != name}
            for name, held in value.items():
                yield from ({**value, name: simpler} for simpler in _simpler(held))
        case list():
            for place in range(len(value)):
                yield [*value[:place], *value[place + 1 :]]
            for place, held in enumerate(value):
                yield from (
                    [*value[:place], simpler, *value[place + 1 :]] for simpler in _simpler(held)
                )
        case str():
            yield from ("a" * len(value), value[: len(value) // 2], value[1:], value[:-1])
        case float():
            yield from (round(value), round(value, 1))
        case int() if not isinstance(value, bool):
            yield from (value // 10, value // 2)
        case _:
            pass
