"""A comparison as a page: what breaks clients first, then what may, then the rest."""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Final

from mcp_proof.diff.comparison import LEVELS, Comparison
from mcp_proof.reports.diff.headline import headline, standing
from mcp_proof.reports.diff.told import place, value
from mcp_proof.reports.html.element import Child, Node, el, lines, prose
from mcp_proof.reports.html.facts import fact_list
from mcp_proof.reports.html.file import html_file
from mcp_proof.reports.html.findings import compared
from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.excerpt import excerpt

STYLES: Final = ("page", "run", "rules", "fuzz")
SCRIPTS: Final = ("copy",)
QUOTED: Final = 600
"""Characters of foreign text."""
GROUPS: Final = {
    Effect.BREAKING: ("Breaking", "violated"),
    Effect.UNKNOWN: ("Not proved harmless", "untested"),
    Effect.COMPATIBLE: ("Compatible", "passed"),
}
LEGEND: Final = (
    "Breaking: a client written for the old one fails. Not proved harmless: neither a proof nor a "
    "counterexample was found, for the reason given. Compatible: no such client fails."
)


def html_report(runs: Sequence[Comparison]) -> bytes:
    """Return the report of a comparison."""
    sections = [part for comparison in runs for part in _sections(comparison)]
    page = el(
        "body",
        el("header", el("h1", "mcp-proof"), el("p", f"diff report · version {_version()}")),
        el("main", *sections),
        el("footer", el("p", LEGEND)),
    )
    return html_file(page, runs, styles=STYLES, scripts=SCRIPTS)


def _version() -> str:
    return version("mcp-proof")


def _sections(comparison: Comparison) -> Iterator[Node]:
    facts = {
        "Old": el("code", excerpt(comparison.old, QUOTED)),
        "New": el("code", excerpt(comparison.new, QUOTED)),
        "Verdict": el("span", comparison.verdict.value),
        "Semantic version": el("span", comparison.semver.value),
    }
    yield el(
        "section",
        el("h2", f"{excerpt(comparison.old, QUOTED)} → {excerpt(comparison.new, QUOTED)}"),
        el("p", headline(comparison), class_=f"headline {standing(comparison).style}"),
        fact_list(facts),
    )
    groups = list(_groups(comparison))
    if groups:
        yield el("div", el("section", el("h3", "Changes"), *groups, class_="rules"))


def _groups(comparison: Comparison) -> Iterator[Node]:
    numbered = list(enumerate(comparison.gravest_first, 1))
    for effect, (title, style) in GROUPS.items():
        items = [
            _change(comparison, change, number, style)
            for number, change in numbered
            if change.effect is effect
        ]
        if items:
            heading = el("h4", f"{title} ", el("span", str(len(items)), class_="number"))
            listed = el("ul", "\n", *lines(items))
            yield el("section", heading, listed, class_=f"group {style}")


def _change(comparison: Comparison, change: Change, number: int, style: str) -> Node:
    anchor, level = f"change-{number}", LEVELS[change.effect].value.lower()
    weight: list[Child] = [" ", el("span", "fails the run", class_="badge fails")]
    return el(
        "li",
        el(
            "h5",
            el("a", place(change), href=f"#{anchor}"),
            " ",
            el("span", change.kind, class_=f"badge {level}"),
            *(weight if comparison.fails(change) else []),
        ),
        el(
            "div",
            el("p", *prose(excerpt(change.why, QUOTED)), class_="message"),
            compared(_value(change, "added"), _value(change, "removed"), ("old", "new")),
            class_="finding",
        ),
        id=anchor,
        class_=f"rule {style}",
    )


def _value(change: Change, without: str) -> str:
    held = change.old if without == "added" else change.new
    return "nothing" if change.kind == without or held is None else value(held)
