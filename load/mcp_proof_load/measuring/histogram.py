"""How often each latency was seen, in buckets whose width grows with the latency.

Two latencies share a bucket when they differ by less than 1/128, so that a quantile read from the
buckets is within 0.8 % of the true one, whatever the scale: from a microsecond to an hour.
"""

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Final

PRECISION: Final = 7
"""Bits of a latency that are kept: 128 buckets for each doubling."""
_FIRST: Final = 1 << (PRECISION + 1)
"""Below this many microseconds every one has a bucket of its own."""
LONGEST: Final = 2**32 - 1
"""Microseconds of the longest latency that is told apart from longer ones: 71 minutes."""
BUCKETS: Final = (33 - PRECISION) << PRECISION
"""How many buckets there are."""


def bucket_of(microseconds: int) -> int:
    """Return the bucket of a latency."""
    if microseconds < _FIRST:
        return max(microseconds, 0)
    shift = min(microseconds, LONGEST).bit_length() - PRECISION - 1
    return (shift << PRECISION) + (min(microseconds, LONGEST) >> shift)


def middle_of(bucket: int) -> float:
    """Return the latency in the middle of a bucket, in microseconds."""
    if bucket < _FIRST:
        return float(bucket)
    shift = (bucket >> PRECISION) - 1
    lowest = ((bucket & (1 << PRECISION) - 1) | 1 << PRECISION) << shift
    return lowest + ((1 << shift) - 1) / 2


class Histogram:
    """Latencies, counted. Seconds go in and come out."""

    __slots__ = ("buckets", "count")

    def __init__(self, buckets: Mapping[int, int] | None = None) -> None:
        self.buckets: dict[int, int] = dict(buckets or {})
        """How many latencies are in each bucket."""
        self.count = sum(self.buckets.values())

    def add(self, seconds: float, times: int = 1) -> None:
        """Count a latency."""
        bucket = bucket_of(int(seconds * 1e6))
        self.buckets[bucket] = self.buckets.get(bucket, 0) + times
        self.count += times

    def quantile(self, share: float) -> float | None:
        """Return the latency that a share (0 to 1) of all do not exceed; `None` without any."""
        if not self.count:
            return None
        rank, seen = max(1, ceil(share * self.count)), 0
        for bucket in sorted(self.buckets):
            seen += self.buckets[bucket]
            if seen >= rank:
                return middle_of(bucket) / 1e6
        raise AssertionError("a rank is never above the count")

    @property
    def longest(self) -> float | None:
        """The longest latency; `None` without any."""
        return middle_of(max(self.buckets)) / 1e6 if self.count else None

    @property
    def mean(self) -> float | None:
        """The mean; `None` without any."""
        if not self.count:
            return None
        return sum(middle_of(b) * n for b, n in self.buckets.items()) / self.count / 1e6


def merged(histograms: Iterable[Histogram]) -> Histogram:
    """Return all of them as one."""
    buckets: dict[int, int] = {}
    for histogram in histograms:
        for bucket, count in histogram.buckets.items():
            buckets[bucket] = buckets.get(bucket, 0) + count
    return Histogram(buckets)
