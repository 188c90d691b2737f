"""What the server had of memory, handles, threads and sessions, over time."""

from typing import Final

from mcp_proof.reports.html.element import Node, el
from mcp_proof_load.reports.charts.axis import Axis, around
from mcp_proof_load.reports.charts.bands import bands
from mcp_proof_load.reports.charts.plot import Plot
from mcp_proof_load.reports.figures import number
from mcp_proof_load.reports.told import trend_line
from mcp_proof_load.reports.trend import trends
from mcp_proof_load.tally import LoadTally

MIB: Final = 1024 * 1024


def resources_chart(run: LoadTally, time: Axis) -> Node | None:
    """Return a small chart for each resource; nothing where none was sampled."""
    told = {trend.resource: trend_line(trend) for trend in trends(run)}
    names = dict.fromkeys(name for sample in run.samples for name in sample.values)
    if not names:
        return None
    return el(
        "figure",
        el(
            "figcaption",
            el("h4", "The server's resources"),
            el(
                "p",
                "As they were sampled; what is told of them is after the warm-up.",
                class_="note",
            ),
        ),
        el("div", *(_small(run, name, told.get(name, ""), time) for name in names), class_="small"),
    )


def _small(run: LoadTally, name: str, told: str, time: Axis) -> Node:
    unit, label = (MIB, " MiB") if name == "memory" else (1, "")
    points = [(each.at, each.values[name] / unit) for each in run.samples if name in each.values]
    values = [value for _, value in points]
    plot = Plot(
        x=time,
        y=around(min(values), max(values), lambda value: number(value) + label),
        about=f"A resource of the server over time: {told}." if told else "A resource over time.",
        bands=[*bands(run)],
    )
    return el(
        "div",
        el("h5", name),
        el("p", told, class_="note") if told else None,
        plot.drawn(plot.line(points, "one"), size="low"),
    )
