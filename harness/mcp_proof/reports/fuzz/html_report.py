"""The campaign as a page: what fails first, then what is not judged and why, then what held."""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Final

from mcp_proof.fuzz.failure import Failure
from mcp_proof.fuzz.result import OperationResult
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.fuzz.headline import headline, overall, scope, standing
from mcp_proof.reports.fuzz.told import SEEN_ONCE, by_reason, input_lines
from mcp_proof.reports.headline import counted, told_together
from mcp_proof.reports.html.element import Child, Node, el, lines
from mcp_proof.reports.html.facts import fact_list, facts_of, named, own_faults, own_name
from mcp_proof.reports.html.file import html_file
from mcp_proof.reports.html.findings import compared, reproduction
from mcp_proof_contracts.excerpt import excerpt

STYLES: Final = ("page", "run", "rules", "fuzz")
SCRIPTS: Final = ("copy",)
SHOWN: Final = 1000
"""Characters of a step of an input."""
QUOTED: Final = 600
"""Characters of other text."""
LEGEND: Final = (
    "A failure is told once for each operation, by the smallest input that shows it. "
    "Not judged: not tried, or not to the end, for the reason given; never a pass."
)


def html_report(runs: Sequence[FuzzTally]) -> bytes:
    """Return the report of one or more campaigns."""
    return html_file(_page(runs), runs, styles=STYLES, scripts=SCRIPTS)


def _page(runs: Sequence[FuzzTally]) -> Node:
    several = len(runs) > 1
    sections = [part for number, run in enumerate(runs, 1) for part in _run(number, run)]
    return el(
        "body",
        el("header", el("h1", "mcp-proof"), el("p", f"fuzzing report · version {_version()}")),
        el("main", _overview(runs) if several else None, *sections),
        el("footer", el("p", LEGEND)),
    )


def _version() -> str:
    return version("mcp-proof")


def _overview(runs: Sequence[FuzzTally]) -> Node:
    told = told_together([standing(run) for run in runs])
    return el(
        "section",
        el("h2", counted(len(runs), "server")),
        el("p", told, class_=f"headline {overall(runs).style}"),
    )


def _run(number: int, run: FuzzTally) -> list[Node]:
    facts = facts_of(run.started, run.peer, run.spoken, run.seconds)
    facts["Tried"] = el("span", scope(run))
    if run.seed is not None:
        facts["Seed"] = el("span", str(run.seed))
    facts["Fails on"] = el("span", run.fail_on.value)
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
    told = el("section", el("h3", "Operations"), *groups, class_="rules")
    return [introduction, el("div", told)]


def _causes(number: int, run: FuzzTally) -> Node | None:
    """Return what the headline counts, each with its place."""
    causes = [el("li", excerpt(run.lost, QUOTED))] if run.lost else []
    causes += own_faults(run.faults)
    for place, failure in enumerate(run.gravest_first, 1):
        link = el("a", _name(failure.operation), href=f"#{_anchor(number, place)}")
        said = f" {excerpt(failure.complaint.message, QUOTED)}"
        causes.append(el("li", link, said, class_="fails" if run.fails(failure) else "warns"))
    return el("ul", *lines(causes), class_="causes") if causes else None


def _groups(number: int, run: FuzzTally) -> Iterator[Node]:
    told = list(enumerate(run.gravest_first, 1))
    heavy = [(place, failure) for place, failure in told if run.fails(failure)]
    light = [(place, failure) for place, failure in told if not run.fails(failure)]
    kinds = (("Failures", "violated", heavy), ("Warnings and advice", "warns", light))
    for title, style, group in kinds:
        if group:
            items = [_failure(run, failure, _anchor(number, place)) for place, failure in group]
            yield _group(title, style, items, len(items))
    if reasons := by_reason(run):
        unjudged = sum(bool(result.reasons) for result in run.results)
        yield _group("Not judged", "untested", list(_reasons(reasons)), unjudged)
    held = [each for each in run.results if not (each.failures or each.reasons)]
    if held:
        yield _group("No failure", "passed", [_held(result) for result in held], len(held))


def _group(title: str, style: str, items: Sequence[Node], number: int) -> Node:
    return el(
        "section",
        el("h4", f"{title} ", el("span", str(number), class_="number")),
        el("ul", "\n", *lines(items)),
        class_=f"group {style}",
    )


def _failure(run: FuzzTally, failure: Failure, anchor: str) -> Node:
    complaint, level = failure.complaint, failure.complaint.level.value
    weight: list[Child] = [" ", el("span", "fails the run", class_="badge fails")]
    once = el("p", f"It was {SEEN_ONCE}.", class_="note")
    return el(
        "li",
        el(
            "h5",
            el("a", _name(failure.operation), href=f"#{anchor}"),
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


def _reasons(reasons: dict[str, list[str]]) -> Iterator[Node]:
    for reason, labels in reasons.items():
        yield el(
            "li",
            el("p", excerpt(reason, QUOTED), class_="reason"),
            el("p", el("code", ", ".join(map(_name, labels)))),
            class_="rule untested",
        )


def _held(result: OperationResult) -> Node:
    return el(
        "li",
        el("h5", _name(result.label)),
        el("p", counted(result.cases, "case"), class_="places"),
        class_="rule passed",
    )


def _name(label: str) -> str:
    return excerpt(label, QUOTED)


def _anchor(number: int, place: int) -> str:
    return f"run-{number}-failure-{place}"
