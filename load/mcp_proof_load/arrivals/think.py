"""Think time: how long a user waits between two calls, as a distribution."""

import math
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final, NamedTuple, TypeAlias

from mcp_proof.errors import UsageError
from mcp_proof_contracts.suggestion import did_you_mean

Sampler: TypeAlias = Callable[[], float]
"""Returns the seconds of the next pause."""


class _Distribution(NamedTuple):
    form: str
    between: str
    """What stands between its numbers; empty where it has one."""
    above: bool
    """Whether its numbers must be above 0."""
    sampler: Callable[[Sequence[float], Random], Sampler]


def _constant(numbers: Sequence[float], _random: Random) -> Sampler:
    return lambda: numbers[0]


def _uniform(numbers: Sequence[float], random: Random) -> Sampler:
    return lambda: random.uniform(numbers[0], numbers[1])


def _exponential(numbers: Sequence[float], random: Random) -> Sampler:
    return lambda: random.expovariate(1 / numbers[0])


def _lognormal(numbers: Sequence[float], random: Random) -> Sampler:
    return lambda: random.lognormvariate(math.log(numbers[0]), numbers[1])


DISTRIBUTIONS: Final[Mapping[str, _Distribution]] = {
    "constant": _Distribution("constant:SECONDS", "", False, _constant),
    "uniform": _Distribution("uniform:LEAST-MOST", "-", False, _uniform),
    "exponential": _Distribution("exponential:MEAN", "", True, _exponential),
    "lognormal": _Distribution("lognormal:MEDIAN,SIGMA", ",", True, _lognormal),
}
"""By name."""
EXPECTED: Final = ", ".join(each.form for each in DISTRIBUTIONS.values())


def think_time(text: str, seed: str = "") -> Sampler:
    """Return what draws the pauses that a text describes: the same ones for the same seed.

    Args:
        text: such as `0.5`, `uniform:0.1-0.5` or `lognormal:0.5,1.2`; empty for no pause at all.
        seed: another one for each user.

    Raises:
        UsageError: it describes none.
    """
    if not text:
        return lambda: 0.0
    name, colon, values = text.partition(":")
    if not colon:
        name, values = ("constant", text) if _number(text) is not None else (text, "")
    known = DISTRIBUTIONS.get(name)
    if known is None:
        raise UsageError(
            f"think time {text!r}: there is no distribution {name!r}; expected seconds, or one of "
            f"{EXPECTED}.{did_you_mean(name, DISTRIBUTIONS)}"
        )
    parts = values.split(known.between) if known.between else [values]
    numbers = [number for part in parts if (number := _number(part)) is not None]
    if len(numbers) != len(parts) or len(numbers) != 1 + len(known.between):
        problem = "it does not have the numbers that it needs"
    else:
        problem = _problem(known, numbers)
    if problem:
        raise UsageError(f"think time {text!r}: {problem}; expected {known.form}, in seconds")
    return known.sampler(numbers, Random(seed))  # noqa: S311  # repeatable on purpose


def _problem(known: _Distribution, numbers: Sequence[float]) -> str:
    if min(numbers) < 0:
        return "no time is below 0"
    if known.above and min(numbers) == 0:
        return "each number must be above 0"
    return "its end comes first" if known.between == "-" and numbers[0] > numbers[1] else ""


def _number(text: str) -> float | None:
    """Return a finite number; `None` where a text is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
