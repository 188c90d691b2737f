"""A chart: axes with their marks, stretches that are special, and what is drawn between them.

What is drawn is stretched to the width that there is, without its strokes; texts are not. So all
stands in shares of the whole, and nothing depends on how wide a reader's window is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mcp_proof.reports.html.element import Child, Node, el
from mcp_proof_load.reports.charts.axis import Axis

WHOLE: Final = 1000
"""Width and height of what is drawn, in its own units."""
TOP: Final = 14
ROW: Final = 14
"""Pixels of a line of marks."""
THIN: Final = 4.0
"""The least height of a bar that is not empty, so that it is seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A stretch of the horizontal axis."""

    start: float
    end: float
    style: str
    mark: str = ""
    row: int = 0
    """How many lines its mark is below the top, where marks might meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Two axes, and what is drawn between them."""

    x: Axis
    y: Axis
    about: str
    """What the chart shows, in a sentence: for who cannot see it. Own words and figures only."""
    bands: Sequence[Band] = ()

    def line(self, points: Iterable[tuple[float, float | None]], style: str) -> Node:
        """Draw a line that is broken where there is no value."""
        steps: list[str] = []
        broken = True
        for x, y in points:
            if y is not None:
                # A line without length is a dot, for its ends are round.
                steps.append(f"{'M' if broken else 'L'}{self._at(x, y)}{'h0' if broken else ''}")
            broken = y is None
        return el("path", d="".join(steps), class_=f"line {style}")

    def bar(self, start: float, end: float, low: float, high: float, style: str) -> Node:
        """Draw a bar between two values of either axis."""
        left, right = (WHOLE * self.x.share(x) for x in (start, end))
        bottom, top = (WHOLE * (1 - self.y.share(y)) for y in (low, high))
        height = max(bottom - top, THIN)
        return el(
            "rect",
            x=f"{left:.1f}",
            y=f"{bottom - height:.1f}",
            width=f"{max(right - left, 0.5):.1f}",
            height=f"{height:.1f}",
            class_=style,
        )

    def drawn(self, *shapes: Node, size: str = "") -> Node:
        """Return the chart."""
        view = f"0 0 {WHOLE} {WHOLE}"
        inner = el("svg", *shapes, viewBox=view, preserveAspectRatio="none")
        parts: list[Child] = [*map(self._band, self.bands), *self._marks(), inner]
        parts += [self._label(band) for band in self.bands if band.mark]
        return el("svg", *parts, class_=f"plot {size}".strip(), role="img", aria_label=self.about)

    def _at(self, x: float, y: float) -> str:
        return f"{WHOLE * self.x.share(x):.1f} {WHOLE * (1 - self.y.share(y)):.1f}"

    def _band(self, band: Band) -> Node:
        left, right = (100 * self.x.share(x) for x in (band.start, band.end))
        return el(
            "rect",
            x=f"{left:.2f}%",
            y="0",
            width=f"{max(right - left, 0.3):.2f}%",
            height="100%",
            class_=f"band {band.style}",
        )

    def _label(self, band: Band) -> Node:
        middle = 50 * (self.x.share(band.start) + self.x.share(band.end))
        y = TOP + ROW * band.row
        return el("text", band.mark, x=f"{middle:.2f}%", y=y, class_=f"mark {band.style}")

    def _marks(self) -> Iterable[Node]:
        for value, label in self.y.marks:
            y = f"{100 * (1 - self.y.share(value)):.2f}%"
            yield el("line", x1="0", x2="100%", y1=y, y2=y)
            yield el("text", label, x="-8", y=y, dy="0.32em", class_="upright")
        for value, label in self.x.marks:
            x = f"{100 * self.x.share(value):.2f}%"
            yield el("line", x1=x, x2=x, y1="100%", y2="100%", class_="tick")
            yield el("text", label, x=x, y="100%", dy="1.5em", class_="along")


def figure(title: str, about: str, keys: Sequence[tuple[str, str]], *plots: Node) -> Node:
    """Return a chart with its title, what it shows in words, and what its lines are.

    Args:
        title: in a few words.
        about: a sentence.
        keys: style and name of each line, where there are several.
        plots: one, or several that belong together.
    """
    shown = [el("span", name, class_=style) for style, name in keys]
    spaced: list[Child] = [part for key in shown for part in (key, " ")]
    return el(
        "figure",
        el("figcaption", el("h4", title), el("p", about, class_="note")),
        el("p", *spaced, class_="keys") if shown else None,
        *plots,
    )
