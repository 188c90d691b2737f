"""The page: what one run came to, or several."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from mcp_proof.reports.headline import counted, standing
from mcp_proof.reports.html.element import Child, Node, el
from mcp_proof.reports.html.matrix import overview, run_id
from mcp_proof.reports.html.rules import rule_list
from mcp_proof.reports.html.run import charts, introduction, server_name, target
from mcp_proof.reports.html.toolbar import toolbar
from mcp_proof.reports.matrix import revision_name
from mcp_proof.tally import Tally

LEGEND: Final = (
    "Passed: seen kept where it could have been broken. Violated: seen broken. "
    "Untested: could not be observed, for the reason given; never a pass."
)


def page(runs: Sequence[Tally]) -> Node:
    """Return the body of the page."""
    told = _single(runs[0]) if len(runs) == 1 else _several(runs)
    made_by = f"verification report · version {version('mcp-proof')}"
    return el(
        "body",
        el("a", "Skip to the rules", href="#rules", class_="skip"),
        el("header", el("h1", "mcp-proof"), el("p", made_by)),
        el("main", *told),
        el("footer", el("p", LEGEND)),
    )


def _single(tally: Tally) -> list[Node | None]:
    return [
        el("section", el("h2", server_name(tally)), *introduction(1, tally), charts(tally)),
        toolbar([tally]),
        el("div", rule_list(1, tally), id="rules"),
    ]


def _several(runs: Sequence[Tally]) -> list[Node | None]:
    sections = [_folded(number, tally) for number, tally in enumerate(runs, start=1)]
    return [overview(runs), toolbar(runs), el("div", *sections, id="rules")]


def _folded(number: int, tally: Tally) -> Node:
    return el(
        "details",
        el("summary", *_title(tally)),
        *introduction(number, tally),
        charts(tally),
        rule_list(number, tally),
        id=run_id(number),
        class_="run",
    )


def _title(tally: Tally) -> list[Child]:
    word = standing(tally)
    return [
        el("h2", server_name(tally), " ", el("span", revision_name(tally), class_="revision")),
        " ",
        el("b", word, class_=f"badge {word.style}"),
        " ",
        el("span", counted(len(tally.verdicts), "rule"), class_="number"),
        el("code", target(tally)),
    ]
