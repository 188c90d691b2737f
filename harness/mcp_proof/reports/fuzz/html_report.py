"""The campaign as a page: what fails first, then what is not judged and why, then what held."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.fuzz.failure import Failure
from mcp_proof.fuzz.result import OperationResult
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.fuzz.headline import headline, overall, scope, standing
from mcp_proof.reports.fuzz.told import SEEN_ONCE, by_reason, input_lines
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
from mcp_proof.reports.html.element import Child, Node, el, lines
from mcp_proof.reports.html.facts import facts_of
from mcp_proof.reports.html.file import html_file
from mcp_proof.reports.html.findings import compared, reproduction
from mcp_proof_contracts.excerpt import excerpt

STYLES: Final = ("page", "run", "rules", "fuzz")
SCRIPTS: Final = ("copy",)
SHOWN: Final = 1000
"""Characters of a step of an input."""
LEGEND: Final = (
    "A failure is told once for each operation, by the smallest input that shows it. "
    "Not judged: not tried, or not to the end, for the reason given; never a pass."
)


def html_report(runs: Sequence[FuzzTally]) -> bytes:
    """Return the report of one or more campaigns."""
    return html_file(_page(runs), runs, styles=STYLES, scripts=SCRIPTS)


def _page(runs: Sequence[FuzzTally]) -> Node:
    sections = [part for number, run in enumerate(runs, 1) for part in _run(number, run)]
    together = overview([standing(run) for run in runs], overall(runs))
    return page("fuzzing", sections, LEGEND, together)


def _run(number: int, run: FuzzTally) -> list[Node]:
    facts = facts_of(run.started, run.peer, run.spoken, run.seconds)
    facts["Tried"] = el("span", scope(run))
    if run.seed is not None:
        facts["Seed"] = el("span", str(run.seed))
    facts["Fails on"] = el("span", run.fail_on.value)
    causes = list(_causes(number, run))
    first = introduction(run, headline(run), standing(run), facts, causes)
    return with_groups(first, "Operations", list(_groups(number, run)))


def _causes(number: int, run: FuzzTally) -> Iterator[Node]:
    """Yield what the headline counts, each with its place."""
    for place, failure in enumerate(run.gravest_first, 1):
        link = el("a", shown(failure.operation), href=f"#{_anchor(number, place)}")
        said = f" {excerpt(failure.complaint.message, QUOTED)}"
        yield el("li", link, said, class_="fails" if run.fails(failure) else "warns")


def _groups(number: int, run: FuzzTally) -> Iterator[Node]:
    told = list(enumerate(run.gravest_first, 1))
    heavy = [(place, failure) for place, failure in told if run.fails(failure)]
    light = [(place, failure) for place, failure in told if not run.fails(failure)]
    kinds = (("Failures", "violated", heavy), ("Warnings and advice", "warns", light))
    for title, style, alike in kinds:
        if alike:
            items = [_failure(run, failure, _anchor(number, place)) for place, failure in alike]
            yield group(title, style, items, len(items))
    if unjudged_by := by_reason(run):
        unjudged = sum(bool(result.reasons) for result in run.results)
        yield group("Not judged", "untested", list(reasons(unjudged_by)), unjudged)
    held = [each for each in run.results if not (each.failures or each.reasons)]
    if held:
        yield group("No failure", "passed", [_held(result) for result in held], len(held))


def _failure(run: FuzzTally, failure: Failure, anchor: str) -> Node:
    complaint, level = failure.complaint, failure.complaint.level.value
    weight: list[Child] = [" ", el("span", "fails the run", class_="badge fails")]
    once = el("p", f"It was {SEEN_ONCE}.", class_="note")
    return el(
        "li",
        el(
            "h5",
            el("a", shown(failure.operation), href=f"#{anchor}"),
            " ",
            el("span", level, class_=f"badge {level.lower()}"),
            *(weight if run.fails(failure) else []),
        ),
        el("p", f"{complaint.oracle} · {_seen(failure)}", class_="places"),
        el(
            "div",
            el("p", excerpt(complaint.message, QUOTED), class_="message"),
            _input(failure) if failure.case is not None else None,
            compared(complaint.expected, complaint.actual),
            class_="finding",
        ),
        None if failure.reproduced else once,
        el("div", *reproduction(failure.reproduce)) if failure.reproduce else None,
        id=anchor,
        class_="rule violated",
    )


def _input(failure: Failure) -> Node:
    steps = input_lines(failure.case, SHOWN)
    return el("ol", *lines(el("li", el("code", step)) for step in steps), class_="input")


def _seen(failure: Failure) -> str:
    return f"seen with {counted(failure.seen, 'input')}"


def _held(result: OperationResult) -> Node:
    return el(
        "li",
        el("h5", shown(result.label)),
        el("p", counted(result.cases, "case"), class_="places"),
        class_="rule passed",
    )


def _anchor(number: int, place: int) -> str:
    return f"run-{number}-failure-{place}"
