"""The comparison as a page: what differs first, then what was not sent and why, then the rest."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.drift.events import Compared, Verdict
from mcp_proof.drift.tally import Drift, DriftTally
from mcp_proof.reports.drift.headline import headline, overall, scope, standing
from mcp_proof.reports.drift.told import asked_with, by_reason, message
from mcp_proof.reports.headline import counted
from mcp_proof.reports.html.driven import (
    QUOTED,
    group,
    introduction,
    overview,
    page,
    reasons,
    shown,
    with_groups,
)
from mcp_proof.reports.html.element import Node, el
from mcp_proof.reports.html.facts import facts_of
from mcp_proof.reports.html.file import html_file
from mcp_proof.reports.html.findings import compared
from mcp_proof_contracts.excerpt import excerpt

STYLES: Final = ("page", "run", "rules", "fuzz")
SCRIPTS: Final = ("copy",)
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
    together = overview([standing(run) for run in runs], overall(runs))
    return page("drift", sections, LEGEND, together)


def _run(number: int, run: DriftTally) -> list[Node]:
    facts = facts_of(run.started, run.peer, run.spoken, run.seconds)
    facts["Recording"] = el("code", excerpt(run.file, QUOTED))
    facts["Compared"] = el("span", scope(run))
    causes = list(_causes(number, run))
    first = introduction(run, headline(run), standing(run), facts, causes)
    return with_groups(first, "Requests", list(_groups(number, run)))


def _causes(number: int, run: DriftTally) -> Iterator[Node]:
    """Yield what the headline counts, each with its place."""
    for place, drift in enumerate(run.drifts, 1):
        link = el("a", shown(drift.operation), href=f"#{_anchor(number, place)}")
        said = f" {excerpt(message(drift.difference), QUOTED)}"
        yield el("li", link, said, class_="fails")


def _groups(number: int, run: DriftTally) -> Iterator[Node]:
    drifts = [_drift(drift, _anchor(number, place)) for place, drift in enumerate(run.drifts, 1)]
    if drifts:
        yield group("Differences", "violated", drifts, len(drifts))
    if untested := len(run.of(Verdict.UNTESTED)):
        yield group("Untested", "untested", list(reasons(by_reason(run))), untested)
    if same := run.of(Verdict.SAME):
        yield group("Same", "passed", [_same(result) for result in same], len(same))


def _drift(drift: Drift, anchor: str) -> Node:
    difference = drift.difference
    asked = el("ol", el("li", el("code", asked_with(drift, QUOTED))), class_="input")
    return el(
        "li",
        el(
            "h5",
            el("a", shown(drift.operation), href=f"#{anchor}"),
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


def _same(result: Compared) -> Node:
    arguments = asked_with(result, QUOTED) if result.params else ""
    return el(
        "li",
        el("h5", shown(result.operation)),
        el("p", f"recorded {counted(result.recorded, 'time')} {arguments}", class_="places"),
        class_="rule passed",
    )


def _anchor(number: int, place: int) -> str:
    return f"run-{number}-difference-{place}"
