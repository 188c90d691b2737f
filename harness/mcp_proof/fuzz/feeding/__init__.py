"""Feeds back what a server answered: values in answers, and the arguments that take them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mcp_proof.fuzz.case import Step
from mcp_proof.fuzz.feeding.matching import affinity
from mcp_proof.fuzz.feeding.places import Place, fed, places_of, referring
from mcp_proof.fuzz.feeding.values import Value, values_in
from mcp_proof.fuzz.fuzzed import Fuzzed
from mcp_proof.fuzz.observation import Observation
from mcp_proof_contracts.json_value import JsonObject

MOST_LINKS: Final = 3
"""Ways in which one operation takes what the same answers hold."""


@dataclass(frozen=True, slots=True)
class Link:
    """A step that takes values of earlier answers, and how well their names go together."""

    step: Step
    affinity: int
    newest: int
    """The last step that it refers to."""


def values_of(seen: Sequence[Observation]) -> list[Value]:
    """Return what answers hold, the last first."""
    return [
        value
        for step in reversed(range(len(seen)))
        if seen[step].succeeded
        for value in values_in(seen[step], step)
    ]


def links(fuzzed: Fuzzed, values: Sequence[Value]) -> list[Link]:
    """Return the steps of an operation that take these values where names say so, best first."""
    for base in fuzzed.bases:
        wanted: dict[Place, list[tuple[int, Value]]] = {}
        for place in places_of(fuzzed, base):
            pairs = [(affinity(value, place), value) for value in values]
            good = [(a, v) for a, v in pairs if a and fed(fuzzed, base, place, v) is not None]
            if good:
                wanted[place] = sorted(good, key=lambda pair: -pair[0])[:MOST_LINKS]
        if wanted:
            chosen = {place: best[0] for place, best in wanted.items()}
            every = [chosen] + [
                {**chosen, place: other} for place, best in wanted.items() for other in best[1:]
            ]
            return [_link(fuzzed, base, each) for each in every[:MOST_LINKS]]
    return []


def fits_anywhere(fuzzed: Fuzzed, value: Value) -> Iterator[Step]:
    """Yield the steps of an operation that take a value, whatever the names say."""
    for base in fuzzed.bases:
        for place in places_of(fuzzed, base):
            if fed(fuzzed, base, place, value) is not None:
                yield fuzzed.step(referring(base, {place: value}))


def _link(fuzzed: Fuzzed, base: JsonObject, chosen: dict[Place, tuple[int, Value]]) -> Link:
    values = {place: value for place, (_, value) in chosen.items()}
    return Link(
        fuzzed.step(referring(base, values)),
        max(score for score, _ in chosen.values()),
        max(value.step for value in values.values()),
    )
