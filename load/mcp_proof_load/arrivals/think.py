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
    between: str
    """What stands between its numbers."""
    form: str
    problem: Callable[[Sequence[float]], str]
    """Returns what is wrong with as many numbers as it has; empty when nothing is."""
    sampler: Callable[[Sequence[float], Random], Sampler]
    count: int = 1


def _is_negative(numbers: Sequence[float]) -> str:
    return "" if min(numbers) >= 0 else "no time is below 0"


def _is_not_above_zero(numbers: Sequence[float]) -> str:
    return "" if min(numbers) > 0 else "each number must be above 0"


def _is_no_range(numbers: Sequence[float]) -> str:
    return _is_negative(numbers) or ("" if numbers[0] <= numbers[1] else "its end comes first")


DISTRIBUTIONS: Final[Mapping[str, _Distribution]] = {
    "constant": _Distribution(
        "", "constant:SECONDS", _is_negative, lambda numbers, _: lambda: numbers[0]
    ),
    "uniform": _Distribution(
        "-",
        "uniform:LEAST-MOST",
        _is_no_range,
        lambda numbers, random: lambda: random.uniform(numbers[0], numbers[1]),
        2,
    ),
    "exponential": _Distribution(
        "",
        "exponential:MEAN",
        _is_not_above_zero,
        lambda numbers, random: lambda: random.expovariate(1 / numbers[0]),
    ),
    "lognormal": _Distribution(
        ",",
        "lognormal:MEDIAN,SIGMA",
        _is_not_above_zero,
        lambda numbers, random: lambda: random.lognormvariate(math.log(numbers[0]), numbers[1]),
        2,
    ),
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
    if len(numbers) != len(parts) or len(numbers) != known.count:
        raise UsageError(f"think time {text!r}: expected {known.form}, each in plain digits")
    if problem := known.problem(numbers):
        raise UsageError(f"think time {text!r}: {problem}; expected {known.form}")
    return known.sampler(numbers, Random(seed))  # noqa: S311  # repeatable on purpose


def _number(text: str) -> float | None:
    """Return a finite number; `None` where a text is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
