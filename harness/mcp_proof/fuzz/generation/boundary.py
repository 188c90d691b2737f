"""The boundary table: valid arguments varied in one place at a time, the most telling first."""

import json
from collections.abc import Iterator
from typing import Final

from mcp_proof.fuzz.generation.places import Place, at, places, replaced
from mcp_proof.fuzz.generation.validity import Judge, Validity
from mcp_proof.fuzz.generation.variations import Rank, variations
from mcp_proof_contracts.generate.document import Document
from mcp_proof_contracts.generate.leaf import fits
from mcp_proof_contracts.json_value import Json, JsonObject

MOST: Final = 120
_LEVELS: Final = 48
_EARLY: Final = 2


class Boundary:
    """The table of one schema."""

    def __init__(self, document: Document, judge: Judge, bases: tuple[JsonObject, ...]) -> None:
        self._document = document
        self._judge = judge
        self._bases = bases

    def cases(self, most: int = MOST) -> Iterator[JsonObject]:
        """Distinct arguments: the valid ones as they are, then their variations."""
        told: set[str] = set()
        for value in self._all():
            # Texts, for 1, 1.0 and true are equal in Python.
            if (text := json.dumps(value, sort_keys=True)) not in told:
                told.add(text)
                yield value
                if len(told) == most:
                    return

    def _all(self) -> Iterator[JsonObject]:
        yield from self._bases
        varied = sorted(self._varied(), key=lambda each: each[:3])
        deep = self._deep()
        for number, (_, _, _, base, place, part) in enumerate(varied):
            if number == min(len(varied), MOST) // 2:
                yield from deep
            if stays_single(self._judge, place, value := replaced(base, place.path, part), part):
                yield value if isinstance(value, dict) else {}
        yield from deep

    def _varied(self) -> Iterator[tuple[int, int, int, JsonObject, Place, Json]]:
        """Each variation with its rank, its number at its place, and the number of the place."""
        for number, (base, place) in enumerate(self._places()):
            ordinals = dict.fromkeys(Rank, 0)
            every = list(variations(place))
            canaries = sum(each.rank is Rank.CANARY for each in every)
            for each in every:
                ordinal = ordinals[each.rank]
                ordinals[each.rank] += 1
                rank = each.rank
                if rank is Rank.CANARY:  # another one first at each place, and that early
                    ordinal = (ordinal - number) % canaries
                    rank, ordinal = (Rank.TELLING, _EARLY) if ordinal == 0 else (rank, ordinal)
                yield rank, ordinal, number, base, place, each.value

    def _places(self) -> Iterator[tuple[JsonObject, Place]]:
        """Each shape of place once, in the smallest arguments that have it; empty arrays apart."""
        shapes: set[object] = set()
        for base in self._bases:
            for place in places(self._document, base):
                shape = (place.shape, place.value == [])
                if shape not in shapes:
                    shapes.add(shape)
                    yield base, place

    def _deep(self) -> Iterator[JsonObject]:
        """Arguments nested in themselves, where the schema is recursive and allows it."""
        for base in self._bases:
            found = {place.path: place for place in places(self._document, base)}
            for path, place in found.items():
                for length in range(len(path)):
                    outer = found[path[:length]]
                    if type(outer.value) is type(place.value) and outer.rules == place.rules:
                        inner, value = path[length:], outer.value
                        for _ in range(_LEVELS):
                            value = replaced(outer.value, inner, value)
                        whole = replaced(base, outer.path, value)
                        if isinstance(whole, dict) and at(whole, path) != place.value:
                            yield whole
                            return


def stays_single(judge: Judge, place: Place, value: Json, part: Json) -> bool:
    """Whether nothing else is wrong with a value where a format is broken."""
    formats = [{"format": name} for name in place.said("format")]
    if all(fits(each, part) for each in formats):
        return True
    return judge.verdict(value) is not Validity.INVALID
