"""How often each latency was seen."""

import math
from collections import Counter
from typing import Final

from mcp_proof.reports.html.element import Node
from mcp_proof.reports.html.latency_chart import duration
from mcp_proof_load.measuring.histogram import Histogram, middle_of
from mcp_proof_load.reports.charts.axis import Axis, from_zero, logarithmic
from mcp_proof_load.reports.charts.plot import Band, Plot, figure
from mcp_proof_load.reports.figures import percent
from mcp_proof_load.reports.percentiles import SHARES
from mcp_proof_load.tally import LoadTally

BARS: Final = 60
"""Bars of the whole axis."""
SHORTEST: Final = 1e-6
MARKED: Final = ("p50", "p95", "p99")


def distribution_chart(run: LoadTally) -> Node | None:
    """Return the latencies after the warm-up as bars; nothing where no answer came."""
    latency = run.judged.latency
    longest = latency.longest
    if longest is None:
        return None
    shortest = max(middle_of(min(latency.buckets)) / 1e6, SHORTEST)
    x = logarithmic(shortest, max(longest, SHORTEST), duration)
    shares = _shares(latency, x)
    said = ", ".join(f"{name} {duration(latency.quantile(SHARES[name]) or 0)}" for name in MARKED)
    plot = Plot(
        x=x,
        y=from_zero(max(shares.values()), percent),
        about=f"How often each latency was seen: {said}, at most {duration(longest)}.",
        bands=[_mark(latency, name, row) for row, name in enumerate(MARKED)],
    )
    edge = math.log(x.high / x.low) / BARS
    bars = [
        plot.bar(
            x.low * math.exp(edge * bar), x.low * math.exp(edge * (bar + 1)), 0, share, "filled"
        )
        for bar, share in shares.items()
    ]
    return figure(
        "Latencies",
        f"The share of the calls by how long they took, on a logarithmic scale: {said}, "
        f"at most {duration(longest)}.",
        [],
        plot.drawn(*bars),
    )


def _shares(latency: Histogram, x: Axis) -> dict[int, float]:
    """Return the share of the calls in each bar that is not empty."""
    counts = Counter[int]()
    for bucket, count in latency.buckets.items():
        share = x.share(middle_of(bucket) / 1e6)
        counts[min(math.floor(share * BARS), BARS - 1)] += count
    return {bar: counts[bar] / latency.count for bar in sorted(counts)}


def _mark(latency: Histogram, name: str, row: int) -> Band:
    at = latency.quantile(SHARES[name]) or 0.0
    return Band(start=at, end=at, style="quantile", mark=name, row=row)
