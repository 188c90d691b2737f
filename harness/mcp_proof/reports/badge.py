"""A badge: an SVG of one line, for a README. It is green only for what was judged to its end."""

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from mcp_proof.reports.headline import Standing, overall, standing
from mcp_proof.reports.matrix import total_counts, why_incomplete
from mcp_proof.tally import Tally
from mcp_proof_contracts.rule import Outcome

GREEN: Final = "#2e7d32"
AMBER: Final = "#9a6700"
RED: Final = "#c62828"
GREY: Final = "#5f6368"
"""Colours on which white text can be read (a contrast of 4.5 or more)."""
LABEL: Final = "mcp-proof"
PADDING: Final = 6
"""Pixels on either side of a text."""

NARROW_AND_WIDE: Final = {
    **dict.fromkeys("ijl", 3.0),
    **dict.fromkeys(" ,.ft", 4.1),
    **dict.fromkeys("r-", 4.9),
    **dict.fromkeys("cksvxyz", 6.0),
    **dict.fromkeys("mw", 9.9),
}
"""Letters that are no 6.8 pixels wide, as most are."""

_SVG: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{title}">
  <title>{title}</title>
  <rect width="{width}" height="20" rx="3" fill="{colour}"/>
  <path d="M3 0H{split}V20H3A3 3 0 0 1 0 17V3A3 3 0 0 1 3 0Z" fill="#3c4043"/>
  <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" aria-hidden="true">
    <text x="{padding}" y="14" textLength="{label_width}">{label}</text>
    <text x="{start}" y="14" textLength="{text_width}">{text}</text>
  </g>
</svg>
"""


def badge_report(runs: Sequence[Tally]) -> bytes:
    """Return the badge of one or more runs."""
    text, colour = _says(runs)
    counts = ", ".join(f"{number} {outcome}" for outcome, number in total_counts(runs).items())
    title = f"{LABEL}: {counts if text[0].isdigit() else f'{text} ({counts})'}"
    label_width, text_width = _width(LABEL), _width(text)
    split = label_width + 2 * PADDING
    return _SVG.format(
        title=escape(title),
        width=split + text_width + 2 * PADDING,
        split=split,
        colour=colour,
        padding=PADDING,
        start=split + PADDING,
        label=LABEL,
        label_width=label_width,
        text=escape(text),
        text_width=text_width,
    ).encode()


def _says(runs: Sequence[Tally]) -> tuple[str, str]:
    """What stands in the badge, and its colour."""
    counts, where = total_counts(runs), overall(runs)
    excused = sum(len(tally.excused) for tally in runs)
    violated = counts[Outcome.VIOLATED.value] - excused
    if any(tally.fails(reached) for tally in runs for reached in tally.verdicts):
        return f"{violated} violated", RED
    if where is Standing.FAILS:
        return "fails", RED
    if where is Standing.INCOMPLETE:
        whys = {why_incomplete(t) for t in runs if standing(t) is Standing.INCOMPLETE}
        return whys.pop() if len(whys) == 1 else "incomplete", GREY
    if not any(tally.judged for tally in runs):
        return "nothing judged", GREY
    passed = f"{counts[Outcome.PASSED.value]} passed"
    if violated:
        return f"{passed}, {violated} violated", AMBER
    text = f"{passed}, {excused} excused" if excused else passed
    return text, GREEN if counts[Outcome.PASSED.value] else AMBER


def _width(text: str) -> int:
    """The pixels that the text takes in Verdana, to which other fonts are stretched."""
    return round(sum(NARROW_AND_WIDE.get(letter, 6.8) for letter in text))
