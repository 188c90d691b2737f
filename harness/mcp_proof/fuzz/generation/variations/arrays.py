"""Arrays with too few, too many and equal items."""

from collections.abc import Iterator

from mcp_proof.fuzz.generation.places import Place
from mcp_proof.fuzz.generation.variations.counts import counts
from mcp_proof.fuzz.generation.variations.variation import Rank, Variation
from mcp_proof_contracts.json_value import Json

_MOST = 1000
_MANY = 200


def array_variations(place: Place, items: list[Json]) -> Iterator[Variation]:
    """Lengths first, then an item twice."""
    for length in _lengths(place):
        if length <= len(items) or items:
            yield Variation(Rank.PROMISE, _of_length(items, length))
    if True in place.said("uniqueItems") and items:
        yield Variation(Rank.PROMISE, [*items, items[-1]])
        yield Variation(Rank.PROMISE, [*items[:-1], items[0]] if items[1:] else items * 2)
    yield Variation(Rank.TELLING, [])
    if items:
        yield Variation(Rank.TELLING, items[:1])
        yield Variation(Rank.TELLING, _of_length(items, _MANY))
        yield Variation(Rank.TELLING, [*items, items[-1]])
    yield Variation(Rank.TELLING, items[::-1])
    yield Variation(Rank.REST, [*items, None])


def _lengths(place: Place) -> Iterator[int]:
    for keyword in ("minItems", "minContains"):
        for least in counts(place, keyword, _MOST):
            yield from (least - 1, least) if least else (0,)
    for keyword in ("maxItems", "maxContains"):
        for most in counts(place, keyword, _MOST):
            yield from (most + 1, most)
    for first in place.said("prefixItems"):
        if isinstance(first, list):
            yield len(first) + 1


def _of_length(items: list[Json], length: int) -> list[Json]:
    return [items[number % len(items)] for number in range(length)] if items else []
