"""Numbers and integers: bounds and steps (validation §6.2)."""

from fractions import Fraction
from math import ceil, floor
from random import Random
from typing import Final

from mcp_proof_contracts.generate.leaf import fits
from mcp_proof_contracts.json_value import Json, JsonObject

_USUAL: Final = 100
"""How far a number goes beyond its only bound."""
_TRIES: Final = 20
_CENT: Final = Fraction(1, 100)
_COARSE: Final = 10**9
"""From here on a float has no room for cents."""


def a_number(schema: JsonObject, random: Random, *, whole: bool) -> Json:
    """Return a number, of at most two decimals where the schema leaves the choice."""
    low, high = _bounds(schema)
    step = _step(schema, whole=whole or max(abs(low), abs(high)) > _COARSE)
    first = ceil(low / step)
    last = floor(high / step)
    first += _excludes(schema, "exclusiveMinimum", first * step)
    last -= _excludes(schema, "exclusiveMaximum", last * step)
    if first > last:  # too narrow for two decimals, or empty
        return plain((low + high) / 2)
    unwanted = {"not": schema["not"]} if "not" in schema else {}
    value = plain(random.randint(first, last) * step)
    for _ in range(_TRIES if unwanted else 0):
        if fits(unwanted, value):
            break
        value = plain(random.randint(first, last) * step)
    return value


def exact(value: Json) -> Fraction | None:
    """A JSON number as it was written; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Fraction(str(value))


def _bounds(schema: JsonObject) -> tuple[Fraction, Fraction]:
    lows = [exact(schema.get(keyword)) for keyword in ("minimum", "exclusiveMinimum")]
    highs = [exact(schema.get(keyword)) for keyword in ("maximum", "exclusiveMaximum")]
    low = max((bound for bound in lows if bound is not None), default=None)
    high = min((bound for bound in highs if bound is not None), default=None)
    span = max(Fraction(_USUAL), _USUAL * (exact(schema.get("multipleOf")) or 0))
    if low is None:
        low = Fraction(0) if high is None or high > 0 else high - span
    return low, low + span if high is None else high


def _step(schema: JsonObject, *, whole: bool) -> Fraction:
    given = exact(schema.get("multipleOf"))
    if given is None:
        return Fraction(1) if whole else _CENT
    return Fraction(given.numerator) if whole else given


def _excludes(schema: JsonObject, keyword: str, value: Fraction) -> bool:
    bound = schema.get(keyword)
    if bound is True:  # draft-04: the bound beside it is exclusive
        bound = schema.get(keyword.removeprefix("exclusive").lower())
    return exact(bound) == value


def plain(value: Fraction) -> int | float:
    """A JSON number, without a fraction where it has none."""
    return int(value) if value.denominator == 1 else float(value)
