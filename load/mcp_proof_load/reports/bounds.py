"""Latencies in the few buckets that monitoring keeps."""

from bisect import bisect_left
from typing import Final

from mcp_proof_load.measuring.histogram import Histogram, middle_of

BOUNDS: Final = (
    *(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0),
)
"""Upper bounds in seconds, each within its bucket."""


def bucket_counts(histogram: Histogram) -> list[int]:
    """Return how many latencies are in each bucket; the last one is for what exceeds all bounds."""
    counts = [0] * (len(BOUNDS) + 1)
    for bucket, count in histogram.buckets.items():
        counts[bisect_left(BOUNDS, middle_of(bucket) / 1e6)] += count
    return counts


def total_seconds(histogram: Histogram) -> float:
    """Return the sum of all latencies."""
    return (histogram.mean or 0.0) * histogram.count
