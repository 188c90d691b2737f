"""How calls ended badly, over time."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.reports.html.element import Node
from mcp_proof_load.reports.charts.axis import Axis, from_zero
from mcp_proof_load.reports.charts.bands import band_keys, bands
from mcp_proof_load.reports.charts.plot import Plot, figure
from mcp_proof_load.reports.figures import amount, many, number
from mcp_proof_load.reports.timeline import Moment
from mcp_proof_load.tally import LoadTally

STYLES: Final = {"failed": "failed", "broken": "broken", "silent": "silent"}
"""The style of each bad ending; the first one is drawn lowest."""


def errors_chart(run: LoadTally, course: Sequence[Moment], time: Axis) -> Node | None:
    """Return bad endings in a second, stacked; nothing where all ended well."""
    highest = max(_in_a_second(moment, moment.measured.counts.errors) for moment in course)
    if not highest:
        return None
    total = run.total.counts
    told = [name for name in STYLES if getattr(total, name)]
    said = ", ".join(f"{getattr(total, name):,} {name}" for name in told)
    plot = Plot(
        x=time,
        y=from_zero(highest, number),
        about=f"Calls that ended badly, over time: {said}.",
        bands=[*bands(run)],
    )
    return figure(
        "Errors",
        f"{many(total.errors, 'call')} ended badly, at most {amount(highest, 'in a second')}: "
        f"{said}.",
        [*((STYLES[name], name) for name in told), *band_keys(run)],
        plot.drawn(*(bar for moment in course for bar in _bars(plot, moment))),
    )


def _bars(plot: Plot, moment: Moment) -> Iterator[Node]:
    low = 0.0
    for name, style in STYLES.items():
        if count := getattr(moment.measured.counts, name):
            high = low + _in_a_second(moment, count)
            yield plot.bar(moment.start, moment.start + moment.seconds, low, high, style)
            low = high


def _in_a_second(moment: Moment, count: int) -> float:
    return count / moment.seconds if moment.seconds else 0.0
