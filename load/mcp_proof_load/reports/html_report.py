"""The run as a page: what it came to, its budget and violations, then what it was like, drawn."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from mcp_proof.reports.html.driven import (
    QUOTED,
    group,
    introduction,
    overview,
    page,
    reasons,
    with_groups,
)
from mcp_proof.reports.html.element import Child, Node, el
from mcp_proof.reports.html.facts import facts_of
from mcp_proof.reports.html.file import html_file
from mcp_proof.reports.html.findings import compared
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_load.events import Kind, Planned, Violated
from mcp_proof_load.reports.charts.axis import time_axis
from mcp_proof_load.reports.charts.distribution import distribution_chart
from mcp_proof_load.reports.charts.errors import errors_chart
from mcp_proof_load.reports.charts.latency import latency_chart
from mcp_proof_load.reports.charts.rate import rate_chart
from mcp_proof_load.reports.charts.resources import resources_chart
from mcp_proof_load.reports.figures import amount, number, percent, whole
from mcp_proof_load.reports.headline import headline, overall, standing
from mcp_proof_load.reports.html_tables import (
    budget_table,
    deliveries_table,
    disturbances_table,
    operations_table,
    service_table,
)
from mcp_proof_load.reports.percentiles import SHOWN, percentiles
from mcp_proof_load.reports.timeline import moments
from mcp_proof_load.reports.told import (
    KEPT,
    complaint_lines,
    details,
    endings,
    limit_cells,
    place,
    plan_line,
    shortened,
    worker_line,
)
from mcp_proof_load.reports.unjudged import by_reason, narrowed, unjudged
from mcp_proof_load.tally import LoadTally

STYLES: Final = ("page", "run", "rules", "fuzz", "matrix", "plots")
SCRIPTS: Final = ()
COMPLAINTS: Final = 20
"""What went wrong with calls, in so many kinds at most."""
MOMENTS: Final = 240
"""Moments that a chart shows: more would be narrower than a line."""
LEGEND: Final = (
    "What was called in the warm-up counts for violations, not for latencies, rates and budgets. "
    "Not judged: this run could not show it, for the reason given; never a pass."
)


def html_report(runs: Sequence[LoadTally]) -> bytes:
    """Return the report of one or more runs."""
    sections = [part for number, run in enumerate(runs, 1) for part in _run(number, run)]
    together = overview([standing(run) for run in runs], overall(runs))
    body = page("load", sections, LEGEND, together)
    return html_file(body, runs, styles=STYLES, scripts=SCRIPTS)


def _run(number: int, run: LoadTally) -> list[Node]:
    facts = facts_of(run.started, run.peer, run.spoken, run.seconds)
    if run.planned is not None:
        facts |= _planned(run.planned)
    causes = list(_causes(number, run))
    first = introduction(run, headline(run), standing(run), facts, causes)
    if run.judged.counts.ended:
        first.insert(2, _tiles(run))
    parts = [budget_table(run), _charts(run), operations_table(run), service_table(run)]
    parts += [deliveries_table(run)]
    parts += [_complaints(run), disturbances_table(run), _lost_workers(run)]
    sections = with_groups(first, "What is wrong", list(_violations(number, run)))
    *others, last = [*sections, *(part for part in parts if part is not None)]
    return [*others, *with_groups(last, "What was judged", list(_judged(run)))]


def _tiles(run: LoadTally) -> Node:
    """Return what a reader looks for first, in figures."""
    judged = run.judged
    shown = percentiles(judged.latency)
    tiles = {
        "calls": whole(judged.counts.ended),
        "calls/s": number(run.rate),
        "errors": percent(judged.counts.error_rate),
        **{name: amount(shown[name], "ms") for name in SHOWN},
    }
    pairs = (el("div", el("dt", name), el("dd", value)) for name, value in tiles.items())
    return el("dl", *pairs, class_="tiles")


def _planned(planned: Planned) -> dict[str, Node]:
    facts = {
        "Load": plan_line(planned),
        "Operations": _weights(planned.operations),
        "Users": _weights(planned.user_kinds),
        "Processes": str(planned.processes) if planned.processes else "on other machines",
        "Seen by the rules": f"{percent(planned.check)} of the exchanges",
        "Seed": str(planned.seed),
    }
    return {name: el("span", excerpt(text, QUOTED)) for name, text in facts.items()}


def _weights(weights: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({weight})" for name, weight in weights.items())


def _causes(number: int, run: LoadTally) -> Iterator[Node]:
    """Yield what the headline counts, and what else there is to know at once."""
    for order, violation in enumerate(run.violations, 1):
        link = el("a", excerpt(place(violation), QUOTED), href=f"#{_anchor(number, order)}")
        style = "fails" if violation in run.failing else ""
        yield el("li", link, f" {excerpt(violation.message, QUOTED)}", class_=style)
    for checked in run.budget:
        if checked.broken:
            value, limit = limit_cells(checked)
            name = excerpt(checked.name, QUOTED)
            yield el("li", el("code", name), f" {value}, the limit is {limit}", class_="fails")
    if run.stopped:
        yield el("li", f"Ended early: {excerpt(run.stopped, QUOTED)}")
    for found in run.found:
        yield el("li", excerpt(found, QUOTED), class_="told")
    if run.total.counts.sent:
        yield el("li", f"In all: {endings(run.total.counts)}", class_="told")


def _violations(number: int, run: LoadTally) -> Iterator[Node]:
    shown = [_violation(each, _anchor(number, n)) for n, each in enumerate(run.violations, 1)]
    if shown:
        yield group("Violations", "violated", shown, len(shown))


def _judged(run: LoadTally) -> Iterator[Node]:
    untested = (_untested(run.mask(text)) for text in narrowed(run))
    items = [*reasons(by_reason(run)), *untested]
    if items:
        yield group("Not judged", "untested", items, len(items))
    seen = {*unjudged(run), *(each.kind for each in run.violations)}
    if kept := [_kept(kind) for kind in Kind if kind not in seen]:
        yield group("Judged, and never seen", "passed", kept, len(kept))


def _violation(violation: Violated, anchor: str) -> Node:
    facts = [f"{name} {text}" for name, text in details(violation, QUOTED) if name in PLACES]
    evidence = violation.expected or violation.actual
    return el(
        "li",
        el(
            "h5",
            el("a", excerpt(place(violation), QUOTED), href=f"#{anchor}"),
            " ",
            el("span", violation.level.value, class_=f"badge {violation.level.lower()}"),
        ),
        el("p", " · ".join(facts), class_="places"),
        el(
            "div",
            el("p", excerpt(violation.message, QUOTED), class_="message"),
            compared(violation.expected, violation.actual) if evidence else None,
            class_="finding",
        ),
        id=anchor,
        class_="rule violated",
    )


PLACES: Final = ("rule", "seen", "first at")
"""What stands beside a violation's name."""


def _kept(kind: Kind) -> Node:
    return el(
        "li", el("h5", kind.value), el("p", KEPT[kind], class_="places"), class_="rule passed"
    )


def _untested(text: str) -> Node:
    shown = excerpt(shortened(text, QUOTED), 2 * QUOTED)
    return el("li", el("p", shown, class_="reason"), class_="rule untested")


def _charts(run: LoadTally) -> Node | None:
    course = moments(run, MOMENTS)
    end = max(
        [each.start + each.seconds for each in course] + [each.at for each in run.samples],
        default=0.0,
    )
    time = time_axis(end)
    drawn: list[Child] = []
    if course:
        drawn = [rate_chart(run, course, time), latency_chart(run, course, time)]
        drawn += [distribution_chart(run), errors_chart(run, course, time)]
    drawn.append(resources_chart(run, time))
    if not any(each is not None for each in drawn):
        return None
    return el("section", el("h3", "Course of the run"), el("div", *drawn, class_="plots"))


def _complaints(run: LoadTally) -> Node | None:
    items = [el("li", text) for text in complaint_lines(run.complaints, COMPLAINTS, QUOTED)]
    if not items:
        return None
    title = el("h3", "What went wrong with calls")
    return el("section", title, el("ul", *items, class_="causes"))


def _lost_workers(run: LoadTally) -> Node | None:
    if not run.lost_workers:
        return None
    items = [
        el("li", el("code", excerpt(each.worker, QUOTED)), f" {worker_line(each)}")
        for each in run.lost_workers
    ]
    return el("section", el("h3", "Lost load processes"), el("ul", *items, class_="causes"))


def _anchor(number: int, order: int) -> str:
    return f"run-{number}-violation-{order}"
