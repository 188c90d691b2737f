"""Numbers at the edge of what a schema allows, and of what programs can count with."""

from collections.abc import Iterator
from math import inf, nextafter
from typing import Final

from mcp_proof.fuzz.generation.places import Place
from mcp_proof.fuzz.generation.variations.variation import Rank, Variation
from mcp_proof_contracts.generate.numbers import exact, plain

_TELLING: Final = (-1, 0, 2**63, 1e308, 0.1, 2**31, -(2**63) - 1, 2**53 + 1, -0.0, 1)
_REST: Final = (2**53, -(2**31) - 1, 2**64, 1e-308, -1e308, 2**32)


def number_variations(place: Place, number: float) -> Iterator[Variation]:
    """Bounds and steps, each kept and broken by one; then what any number can be."""
    whole = "integer" in place.said("type")
    for bound in _bounds(place, whole=whole):
        yield Variation(Rank.PROMISE, bound)
    for step in place.said("multipleOf"):
        if (size := exact(step)) is not None and (at := exact(number)) is not None:
            off = plain(at + size / 2)
            yield Variation(Rank.PROMISE, int(at) + 1 if whole and size > 1 else off)
            yield Variation(Rank.TELLING, plain(at + size))
    if whole:
        yield Variation(Rank.PROMISE, number + 0.5)
    for other in _TELLING:
        yield Variation(Rank.TELLING, other)
    for other in _REST:
        yield Variation(Rank.REST, other)


def _bounds(place: Place, *, whole: bool) -> Iterator[float]:
    for keyword, away in (
        ("minimum", -1),
        ("exclusiveMinimum", -1),
        ("maximum", 1),
        ("exclusiveMaximum", 1),
    ):
        for said in place.said(keyword):
            if isinstance(said, bool) or not isinstance(said, int | float):
                continue  # draft-04: the bound is beside it
            yield said + away
            yield said
            yield said - away
            if not whole:
                yield nextafter(said, away * inf)
