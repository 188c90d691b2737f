"""The page of runs over servers, each with what was found in groups."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

from mcp_proof.driven_run import DrivenRun
from mcp_proof.reports.headline import Standing, counted, told_together
from mcp_proof.reports.html.element import Node, el, lines
from mcp_proof.reports.html.facts import fact_list, named, own_faults, own_name
from mcp_proof_contracts.excerpt import excerpt

QUOTED: Final = 600
"""Characters of foreign text."""


def page(title: str, sections: Sequence[Node], legend: str, overview: Node | None) -> Node:
    """Return the page's body."""
    return el(
        "body",
        el(
            "header",
            el("h1", "mcp-proof"),
            el("p", f"{title} report · version {version('mcp-proof')}"),
        ),
        el("main", overview, *sections),
        el("footer", el("p", legend)),
    )


def overview(standings: Sequence[Standing], together: Standing) -> Node | None:
    """Return what several runs came to; nothing where there is only one."""
    if len(standings) == 1:
        return None
    return el(
        "section",
        el("h2", counted(len(standings), "server")),
        el("p", told_together(standings), class_=f"headline {together.style}"),
    )


def introduction(
    run: DrivenRun[Any],
    told: str,
    standing: Standing,
    facts: Mapping[str, Node],
    found: Sequence[Node],
) -> Node:
    """Return what a reader wants to know first: `found` has an item for each cause."""
    causes = [el("li", excerpt(run.lost, QUOTED))] if run.lost else []
    causes += [*own_faults(run.faults), *found]
    return el(
        "section",
        el("h2", own_name(run.peer) or named(run.started)),
        el("p", told, class_=f"headline {standing.style}"),
        fact_list(facts),
        el("ul", *lines(causes), class_="causes") if causes else None,
    )


def with_groups(first: Node, title: str, groups: Sequence[Node]) -> list[Node]:
    """Return the sections of a run."""
    if not groups:
        return [first]
    return [first, el("div", el("section", el("h3", title), *groups, class_="rules"))]


def group(title: str, style: str, items: Sequence[Node], number: int) -> Node:
    """Return what is alike, under its number."""
    return el(
        "section",
        el("h4", f"{title} ", el("span", str(number), class_="number")),
        el("ul", "\n", *lines(items)),
        class_=f"group {style}",
    )


def reasons(by_reason: Mapping[str, Sequence[str]]) -> Iterator[Node]:
    """Yield an item for each reason why something has no verdict."""
    for reason, labels in by_reason.items():
        yield el(
            "li",
            el("p", excerpt(reason, QUOTED), class_="reason"),
            el("p", el("code", ", ".join(map(shown, labels)))),
            class_="rule untested",
        )


def shown(label: str) -> str:
    """A name as it is shown."""
    return excerpt(label, QUOTED)
