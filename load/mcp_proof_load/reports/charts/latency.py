"""How long answers took, over time."""

from collections.abc import Sequence
from statistics import median
from typing import Final

from mcp_proof.reports.html.element import Node
from mcp_proof.reports.html.latency_chart import duration
from mcp_proof_load.reports.charts.axis import Axis, from_zero, logarithmic
from mcp_proof_load.reports.charts.bands import band_keys, bands
from mcp_proof_load.reports.charts.plot import Plot, figure
from mcp_proof_load.reports.percentiles import SHARES
from mcp_proof_load.reports.timeline import Moment
from mcp_proof_load.tally import LoadTally

DRAWN: Final = (("p50", "one"), ("p95", "two"), ("p99", "three"))
FAR: Final = 30
"""Where the slowest moment is this many times the usual one, the scale is logarithmic."""


def latency_chart(run: LoadTally, course: Sequence[Moment], time: Axis) -> Node | None:
    """Return p50, p95 and p99; nothing where no answer came."""
    quantiles = {
        name: [(each.middle, each.measured.latency.quantile(SHARES[name])) for each in course]
        for name, _ in DRAWN
    }
    usual = [seconds for _, seconds in quantiles["p50"] if seconds]
    slowest = [seconds for _, seconds in quantiles["p99"] if seconds]
    if not usual or not slowest:
        return None
    far = max(slowest) > FAR * median(usual)
    scale = logarithmic(min(usual), max(slowest), duration) if far else None
    said = ", ".join(
        f"{name} usually {duration(median(each))}, at most {duration(max(each))}"
        for name, each in (("p50", usual), ("p99", slowest))
    )
    plot = Plot(
        x=time,
        y=scale or from_zero(max(slowest), duration),
        about=f"Latency over time: {said}.",
        bands=[*bands(run)],
    )
    how = "; the scale is logarithmic" if far else ""
    return figure(
        "Latency over time",
        f"From the intended start of a call to its answer's end; {said}{how}.",
        [*((style, name) for name, style in DRAWN), *band_keys(run)],
        plot.drawn(*(plot.line(quantiles[name], style) for name, style in reversed(DRAWN))),
    )
