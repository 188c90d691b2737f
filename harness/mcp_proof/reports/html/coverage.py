"""How much of each area of the specification was observed, as a chart."""

from collections import Counter
from collections.abc import Iterable, Sequence

from mcp_proof.events import VerdictReached
from mcp_proof.reports.html.bar import bar
from mcp_proof.reports.html.element import Node, el, lines
from mcp_proof_contracts.rule import Outcome


def area_name(name: str) -> str:
    """An area as it is shown."""
    return name.replace("_", " ")


def by_area(verdicts: Iterable[VerdictReached]) -> dict[str, Counter[str]]:
    """The three counts of each area, in the rules' order."""
    counts: dict[str, Counter[str]] = {}
    for reached in verdicts:
        verdict = reached.verdict
        counts.setdefault(verdict.rule.area, Counter())[verdict.outcome.value] += 1
    return counts


def coverage_chart(verdicts: Sequence[VerdictReached]) -> Node:
    """Return a table with a row per area: its bar, and its counts."""
    tested = sum(reached.verdict.outcome is not Outcome.UNTESTED for reached in verdicts)
    head = el(
        "tr",
        el("th", "Area", scope="col"),
        el("th", el("span", "Share", class_="unseen"), scope="col", class_="strip"),
        *(el("th", outcome.value.capitalize(), scope="col") for outcome in Outcome),
    )
    rows = [_row(name, counts) for name, counts in by_area(verdicts).items()]
    return el(
        "section",
        el("h3", "Coverage"),
        el("p", f"{tested} of {len(verdicts)} rules were observed.", class_="note"),
        el("table", el("thead", head), el("tbody", *lines(rows)), class_="chart coverage"),
    )


def _row(name: str, counts: Counter[str]) -> Node:
    cells = [
        el("td", str(counts[outcome]), class_=outcome if counts[outcome] else "none")
        for outcome in Outcome
    ]
    return el(
        "tr",
        el("th", area_name(name), scope="row", data_area=name),
        el("td", bar(counts), class_="strip"),
        *cells,
    )
