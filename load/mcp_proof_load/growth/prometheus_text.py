"""Metrics in Prometheus' text format, as far as gauges and counters go."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

_SAMPLE: Final = re.compile(
    r"""(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
        (?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?   # labels, in whose texts anything may stand
        [ \t]+(?P<value>\S+)(?:[ \t]+-?\d+(?:\.\d+)?)?[ \t]*(?:\#.*)?""",
    re.VERBOSE,
)
_TYPE: Final = re.compile(r"#[ \t]+TYPE[ \t]+(\S+)[ \t]+(\S+)[ \t]*")


class NoMetricsError(ValueError):
    """A text holds no metrics; the message says where it stops making sense."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics of one text."""

    values: Mapping[str, float]
    """By name; of one with labels, the sum over all of them."""
    types: Mapping[str, str] = field(default_factory=dict[str, str])
    """`gauge`, `counter`, … by name, where that is told."""


def metrics_in(text: str) -> Metrics:
    """Read a text.

    Raises:
        NoMetricsError: a line is neither a metric nor a comment, or there is no metric at all.
    """
    values: dict[str, float] = {}
    types: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if declared := _TYPE.fullmatch(line):
            types[declared[1]] = declared[2]
        elif line.strip() and not line.startswith("#"):
            name, value = _sample(number, line)
            if isfinite(value):
                values[name] = values.get(name, 0.0) + value
    if not values:
        raise NoMetricsError("it holds no metric")
    return Metrics(values, types)


def _sample(number: int, line: str) -> tuple[str, float]:
    found = _SAMPLE.fullmatch(line)
    try:
        if found is not None:
            return found["name"], float(found["value"])
    except ValueError:
        pass  # no number
    raise NoMetricsError(f"line {number} is no metric: {line[:80]!r}")
