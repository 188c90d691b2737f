"""How long something takes: a constant, or a distribution drawn with the server's seed."""

import math
from collections.abc import Callable
from random import Random
from typing import Final, TypeAlias

from mcp_proof_contracts.contract import Duration
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object

Draw: TypeAlias = Callable[[Random], float]
"""Draws seconds."""

P95: Final = 1.6448536269514722
"""The 95th percentile of the standard normal distribution."""


def duration(value: Duration) -> Draw:
    """Prepare a duration as the contract file states it, in milliseconds."""
    if isinstance(value, int | float):
        seconds = value / 1000
        return lambda _random: seconds
    name, parameters = next(iter(as_object(value).items()))
    draw = _DISTRIBUTIONS[name](as_object(parameters))
    return lambda random: max(0.0, draw(random)) / 1000


def _uniform(parameters: JsonObject) -> Draw:
    low, high = _number(parameters, "min"), _number(parameters, "max")
    return lambda random: random.uniform(low, high)


def _normal(parameters: JsonObject) -> Draw:
    mean, deviation = _number(parameters, "mean"), _number(parameters, "deviation")
    return lambda random: random.gauss(mean, deviation)


def _lognormal(parameters: JsonObject) -> Draw:
    """The median and the 95th percentile fix both parameters of the distribution."""
    median, p95 = _number(parameters, "median"), _number(parameters, "p95")
    mu = math.log(median)
    sigma = max(0.0, math.log(p95) - mu) / P95
    return lambda random: random.lognormvariate(mu, sigma)


def _exponential(parameters: JsonObject) -> Draw:
    mean = _number(parameters, "mean")
    return lambda random: random.expovariate(1 / mean) if mean else 0.0


_DISTRIBUTIONS: Final[dict[str, Callable[[JsonObject], Draw]]] = {
    "uniform": _uniform,
    "normal": _normal,
    "lognormal": _lognormal,
    "exponential": _exponential,
}


def _number(parameters: JsonObject, name: str) -> float:
    return float(str(parameters[name]))
