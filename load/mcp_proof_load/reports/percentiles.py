"""Latencies in a few figures, in milliseconds."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mcp_proof_load.measuring.histogram import Histogram

SHARES: Final[Mapping[str, float]] = MappingProxyType(
    {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}
)
SHOWN: Final = ("p50", "p95", "p99", "max")
"""Those that tables have."""


def percentiles(histogram: Histogram) -> dict[str, float | None]:
    """Return all of them by name, with `max` and `mean`; `None` where nothing was measured."""
    found = {name: histogram.quantile(share) for name, share in SHARES.items()}
    found |= {"max": histogram.longest, "mean": histogram.mean}
    return {name: milliseconds(seconds) for name, seconds in found.items()}


def milliseconds(seconds: float | None) -> float | None:
    """Return seconds as milliseconds, to the microsecond."""
    return None if seconds is None else round(seconds * 1000, 3)
