"""Objects with members missing, and with members that nobody asked for."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from mcp_proof.fuzz.generation.places import Place
from mcp_proof.fuzz.generation.variations.counts import counts
from mcp_proof.fuzz.generation.variations.variation import Rank, Variation
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_list, as_object

EXTRA: Final = "mcp_proof_extra"
_ODD_NAMES: Final = ("", "__proto__", "\N{GRINNING FACE}", "a.b/c~d")
_MOST: Final = 100
_VARIED: Final = 50
"""Members that are left out or misspelt, each in turn."""


def object_variations(place: Place, members: JsonObject) -> Iterator[Variation]:
    """Without each member, the required ones first; with one more; with another number of them."""
    required = {str(name) for names in place.said("required") for name in as_list(names)}
    for name in islice(members, _VARIED):
        rank = Rank.PROMISE if name in required else Rank.TELLING
        yield Variation(rank, {n: value for n, value in members.items() if n != name})
    closed = any(
        said is not True
        for keyword in ("additionalProperties", "unevaluatedProperties", "propertyNames")
        for said in place.said(keyword)
    )
    yield Variation(Rank.PROMISE if closed else Rank.REST, {**members, EXTRA: "extra"})
    for least in counts(place, "minProperties", _MOST):
        yield Variation(Rank.PROMISE, dict(list(members.items())[: max(0, least - 1)]))
    for most in counts(place, "maxProperties", _MOST):
        more = {f"{EXTRA}_{n}": n for n in range(most + 1 - len(members))}
        yield Variation(Rank.PROMISE, {**members, **more})
    yield Variation(Rank.TELLING, {})
    declared = (name for properties in place.said("properties") for name in as_object(properties))
    for name in islice((name for name in declared if name not in members), _VARIED):
        yield Variation(Rank.TELLING, {**members, name: None})
    for name in islice(members, _VARIED):
        renamed = {n if n != name else _misspelt(n): value for n, value in members.items()}
        yield Variation(Rank.REST, renamed)
    for name in _ODD_NAMES:
        yield Variation(Rank.REST, {**members, name: 1})


def _misspelt(name: str) -> str:
    return name.swapcase() if name.swapcase() != name else f"{name}_"
