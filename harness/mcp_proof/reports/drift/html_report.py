"""The comparison as a page: what differs first, then what was not sent and why, then the rest."""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Final

from mcp_proof.drift.events import Compared, Verdict
from mcp_proof.drift.tally import Drift, DriftTally
from mcp_proof.reports.drift.headline import headline, overall, scope, standing
from mcp_proof.reports.drift.told import asked_with, by_reason, message
from mcp_proof.reports.headline import counted, told_together
from mcp_proof.reports.html.element import Node, el, lines
from mcp_proof.reports.html.facts import fact_list, facts_of, named, own_faults, own_name
from mcp_proof.reports.html.file import html_file
from mcp_proof.reports.html.findings import compared
from mcp_proof_contracts.excerpt import excerpt

STYLES: Final = ("page", "run", "rules", "fuzz")
SCRIPTS: Final = ("copy",)
QUOTED: Final = 600
"""Characters of foreign text."""
LEGEND: Final = (
    "A difference is told once for each operation, whatever number of answers shows it. Types and "
    "members are compared, values where a matcher or MCP itself says so. Untested: not sent, for "
    "the reason given; never a pass."
)


def html_report(runs: Sequence[DriftTally]) -> bytes:
    """Return the report of one or more comparisons."""
    return html_file(_page(runs), runs, styles=STYLES, scripts=SCRIPTS)


def _page(runs: Sequence[DriftTally]) -> Node:
    sections = [part for number, run in enumerate(runs, 1) for part in _run(number, run)]
    return el(
        "body",
        el("header", el("h1", "mcp-proof"), el("p", f"drift report · version {_version()}")),
        el("main", _overview(runs) if len(runs) > 1 else None, *sections),
        el("footer", el("p", LEGEND)),
    )


def _version() -> str:
    return version("mcp-proof")


def _overview(runs: Sequence[DriftTally]) -> Node:
    told = told_together([standing(run) for run in runs])
    return el(
        "section",
        el("h2", counted(len(runs), "server")),
        el("p", told, class_=f"headline {overall(runs).style}"),
    )


def _run(number: int, run: DriftTally) -> list[Node]:
    facts = facts_of(run.started, run.peer, run.spoken, run.seconds)
    facts["Recording"] = el("code", excerpt(run.file, QUOTED))
    facts["Compared"] = el("span", scope(run))
    introduction = el(
        "section",
        el("h2", own_name(run.peer) or named(run.started)),
        el("p", headline(run), class_=f"headline {standing(run).style}"),
        fact_list(facts),
        _causes(number, run),
    )
    groups = list(_groups(number, run))
    if not groups:
        return [introduction]
    return [introduction, el("div", el("section", el("h3", "Requests"), *groups, class_="rules"))]


def _causes(number: int, run: DriftTally) -> Node | None:
    """Return what the headline counts, each with its place."""
    causes = [el("li", excerpt(run.lost, QUOTED))] if run.lost else []
    causes += own_faults(run.faults)
    for place, drift in enumerate(run.drifts, 1):
        link = el("a", _name(drift.operation), href=f"#{_anchor(number, place)}")
        said = f" {excerpt(message(drift.difference), QUOTED)}"
        causes.append(el("li", link, said, class_="fails"))
    return el("ul", *lines(causes), class_="causes") if causes else None


def _groups(number: int, run: DriftTally) -> Iterator[Node]:
    drifts = [_drift(drift, _anchor(number, place)) for place, drift in enumerate(run.drifts, 1)]
    if drifts:
        yield _group("Differences", "violated", drifts, len(drifts))
    if untested := len(run.of(Verdict.UNTESTED)):
        yield _group("Untested", "untested", list(_reasons(run)), untested)
    if same := run.of(Verdict.SAME):
        yield _group("Same", "passed", [_same(result) for result in same], len(same))


def _group(title: str, style: str, items: Sequence[Node], number: int) -> Node:
    return el(
        "section",
        el("h4", f"{title} ", el("span", str(number), class_="number")),
        el("ul", "\n", *lines(items)),
        class_=f"group {style}",
    )


def _drift(drift: Drift, anchor: str) -> Node:
    difference = drift.difference
    asked = el("ol", el("li", el("code", asked_with(drift, QUOTED))), class_="input")
    return el(
        "li",
        el(
            "h5",
            el("a", _name(drift.operation), href=f"#{anchor}"),
            " ",
            el("span", difference.change.value, class_="badge must"),
        ),
        el(
            "p",
            f"{difference.path or 'the answer'} · in {counted(drift.seen, 'answer')}",
            class_="places",
        ),
        el(
            "div",
            el("p", excerpt(f"{message(difference)}: {difference.why}", QUOTED), class_="message"),
            asked if drift.params else None,
            compared(excerpt(difference.recorded, QUOTED), excerpt(difference.actual, QUOTED)),
            class_="finding",
        ),
        id=anchor,
        class_="rule violated",
    )


def _reasons(run: DriftTally) -> Iterator[Node]:
    for reason, names in by_reason(run).items():
        yield el(
            "li",
            el("p", excerpt(reason, QUOTED), class_="reason"),
            el("p", el("code", ", ".join(map(_name, names)))),
            class_="rule untested",
        )


def _same(result: Compared) -> Node:
    arguments = asked_with(result, QUOTED) if result.params else ""
    return el(
        "li",
        el("h5", _name(result.operation)),
        el("p", f"recorded {counted(result.recorded, 'time')} {arguments}", class_="places"),
        class_="rule passed",
    )


def _name(operation: str) -> str:
    return excerpt(operation, QUOTED)


def _anchor(number: int, place: int) -> str:
    return f"run-{number}-difference-{place}"
