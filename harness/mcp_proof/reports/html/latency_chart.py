"""How long the server took to answer each method, as a chart on a logarithmic scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcp_proof.reports.html.element import Node, el, lines
from mcp_proof.reports.latency import Latency
from mcp_proof_contracts.excerpt import excerpt

NAMED: Final = 60
"""Characters of a method."""
MAX_DOTS: Final = 60
"""Requests of one method that are drawn: of more, the shortest, the longest and some between."""
SHORTEST: Final = 1e-5
"""Seconds below which durations are drawn alike."""
MARGIN: Final = 2.0
"""Percent of the chart's width on either side."""
CROWDED: Final = 5
"""Powers of ten of which only every second one is named."""
UNITS: Final = ((1e6, "µs"), (1e3, "ms"), (1, "s"))
ROUNDED_UP: Final = 999.5
"""What three digits would show as 1000 belongs to the next unit."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Powers of ten between which durations lie."""

    low: int
    high: int

    @classmethod
    def around(cls, rows: Sequence[Latency]) -> "Scale":
        """Return the narrowest scale for all of them."""
        shortest = max(min(row.seconds[0] for row in rows), SHORTEST)
        longest = max(*(row.seconds[-1] for row in rows), shortest)
        low = math.floor(math.log10(shortest))
        return cls(low, max(math.ceil(math.log10(longest)), low + 1))

    def x(self, seconds: float) -> str:
        """Where a duration is drawn."""
        share = (math.log10(max(seconds, SHORTEST)) - self.low) / (self.high - self.low)
        return f"{MARGIN + (100 - 2 * MARGIN) * share:.2f}%"


def latency_chart(rows: Sequence[Latency]) -> Node | None:
    """Return a table with a row per method; nothing when no request was answered."""
    if not rows:
        return None
    scale = Scale.around(rows)
    head = el(
        "tr",
        el("th", "Method", scope="col"),
        el("th", el("span", "Durations", class_="unseen"), _axis(scale), class_="strip"),
        *(el("th", name, scope="col") for name in ("Count", "p50", "p95", "Max")),
    )
    return el(
        "section",
        el("h3", "Latency"),
        el(
            "p",
            "From request to response, as mcp-proof saw it: a few requests each, some of them "
            "sent together. A dot is a request, a box reaches from p50 to p95.",
            class_="note",
        ),
        el(
            "table",
            el("thead", head),
            el("tbody", *lines(_row(row, scale) for row in rows)),
            class_="chart latency",
        ),
    )


def duration(seconds: float) -> str:
    """Return a duration with three digits, in the unit that suits it."""
    for factor, unit in UNITS:
        if seconds * factor < ROUNDED_UP:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:.0f} s"


def _row(row: Latency, scale: Scale) -> Node:
    numbers = (row.percentile(50), row.percentile(95), row.seconds[-1])
    return el(
        "tr",
        el("th", el("code", excerpt(row.method, NAMED)), scope="row"),
        el("td", _strip(row, scale), class_="strip"),
        el("td", str(len(row.seconds))),
        *(el("td", duration(seconds)) for seconds in numbers),
    )


def _strip(row: Latency, scale: Scale) -> Node:
    last = len(row.seconds) - 1
    drawn = min(last, MAX_DOTS - 1)
    dots = [row.seconds[number * last // max(drawn, 1)] for number in range(drawn + 1)]
    left, right = scale.x(row.percentile(50)), scale.x(row.percentile(95))
    return el(
        "svg",
        *_grid(scale),
        el("line", class_="box", x1=left, x2=right, y1="11", y2="11"),
        *(el("circle", cx=scale.x(seconds), cy="11", r="3") for seconds in dots),
        class_="durations",
        aria_hidden="true",
    )


def _grid(scale: Scale) -> list[Node]:
    places = [scale.x(10.0**power) for power in range(scale.low, scale.high + 1)]
    return [el("line", x1=x, x2=x, y1="0", y2="100%") for x in places]


def _axis(scale: Scale) -> Node:
    labels: list[Node] = []
    for power in range(scale.low, scale.high + 1, 1 if scale.high - scale.low < CROWDED else 2):
        anchor = {scale.low: "start", scale.high: "end"}.get(power, "middle")
        label = duration(10.0**power)
        labels.append(el("text", label, x=scale.x(10.0**power), y="12", text_anchor=anchor))
    return el("svg", *labels, class_="axis", aria_hidden="true")
