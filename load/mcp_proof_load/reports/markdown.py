"""The run as Markdown: the summary of a job of GitHub Actions, or a file."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.reports.html.latency_chart import duration
from mcp_proof.reports.markdown_run import facts, without_verdict
from mcp_proof.reports.markdown_text import LIMIT, QUOTED, folded, line, preformatted, within
from mcp_proof.reports.matrix import SYMBOL
from mcp_proof.reports.peer_name import peer_name
from mcp_proof_load.budget.limit import Checked
from mcp_proof_load.events import Violated
from mcp_proof_load.measuring.measured import Measured
from mcp_proof_load.reports.figures import amount, many, percent, whole
from mcp_proof_load.reports.headline import headline, headlines, overall, scope
from mcp_proof_load.reports.percentiles import SHOWN, percentiles
from mcp_proof_load.reports.told import (
    complaint_lines,
    details,
    during,
    endings,
    limit_cells,
    limit_reason,
    place,
    plan_line,
    recovery,
    shortened,
    trend_line,
    verdict_of,
    worker_line,
)
from mcp_proof_load.reports.trend import trends
from mcp_proof_load.reports.unjudged import by_reason, narrowed
from mcp_proof_load.tally import LoadTally

COMPLAINTS: Final = 20
"""What went wrong with calls, in so many kinds at most."""


def markdown_report(runs: Sequence[LoadTally], limit: int = LIMIT) -> bytes:
    """Return the report of one or more runs, in at most `limit` bytes."""
    return within(limit, _blocks(runs))


def _blocks(runs: Sequence[LoadTally]) -> Iterator[str]:
    """The report in pieces, each of which can be the last one."""
    where = overall(runs)
    yield f"## {SYMBOL[where]} mcp-proof load: {where}\n\n{headlines(runs)}\n"
    for run in runs:
        yield from _section(run, several=len(runs) > 1)


def _section(run: LoadTally, *, several: bool) -> Iterator[str]:
    if several:
        yield f"\n### {line(peer_name(run), run.mask)}\n\n{headline(run)}\n"
    yield "\n" + "\n\n".join(_facts(run)) + "\n"
    for violation in run.violations:
        yield _violation(run, violation)
    if run.budget:
        yield _budget(run)
    if run.total.counts.sent:
        yield _operations(run)
    if run.complaints:
        lines = complaint_lines(run.complaints, COMPLAINTS, QUOTED)
        yield f"\n{folded('What went wrong with calls', preformatted(lines, run.mask))}\n"
    if told := list(_moments(run)):
        yield "\n" + "\n".join(f"- {each}" for each in told) + "\n"
    if reasons := by_reason(run):
        kinds = many(sum(map(len, reasons.values())), "kind")
        yield without_verdict(f"{kinds} of violation not judged, and why", reasons, run.mask)
    if untested := narrowed(run):
        lines = (shortened(run.mask(text), QUOTED) for text in untested)
        yield f"\n{folded('What else is untested', preformatted(lines, run.mask))}\n"


def _facts(run: LoadTally) -> Iterator[str]:
    """What was sent, to whom, and what kept it from its end."""
    yield f"**{scope(run)}** after the warm-up; in all {endings(run.total.counts)}"
    if run.planned is not None:
        yield line(plan_line(run.planned), run.mask)
    if run.stopped:
        yield f"Ended early: {line(run.stopped, run.mask)}"
    for found in run.found:
        yield line(found, run.mask)
    yield from facts(run)


def _violation(run: LoadTally, violation: Violated) -> str:
    told = [f"{name}: {text}" for name, text in details(violation, QUOTED)]
    mark = "" if violation in run.failing else f" ({violation.level})"
    title = (
        f"\n#### {line(place(violation), run.mask)}{mark}\n\n{line(violation.message, run.mask)}\n"
    )
    if not told:
        return title
    return f"{title}\n{folded('What was expected, and what came', preformatted(told, run.mask))}\n"


def _budget(run: LoadTally) -> str:
    rows: list[list[str]] = []
    for checked in run.budget:
        value, limit = limit_cells(checked)
        cells = [line(checked.name, run.mask), value, limit, _verdict(checked)]
        rows.append([*cells, line(limit_reason(checked), run.mask)])
    return _table(["Limit", "Measured", "Allowed", "", "Why"], rows)


def _verdict(checked: Checked) -> str:
    if checked.ok:
        return "✓"
    return "**✗**" if checked.broken else verdict_of(checked)


def _operations(run: LoadTally) -> str:
    rows = [_row(line(name, run.mask), each) for name, each in run.operations.items()]
    if len(rows) > 1:
        rows.append(_row("**all**", run.judged))
    return _table(["Operation", "Calls", "Errors", *SHOWN], rows)


def _row(name: str, measured: Measured) -> list[str]:
    shown = percentiles(measured.latency)
    counts = measured.counts
    errors = f"{whole(counts.errors)} ({percent(counts.error_rate)})" if counts.errors else "0"
    return [name, whole(counts.ended), errors, *(amount(shown[each], "ms") for each in SHOWN)]


def _moments(run: LoadTally) -> Iterator[str]:
    """Yield what happened to server and load processes, a line each."""
    for trend in trends(run):
        yield line(f"{trend.resource}: {trend_line(trend)}", run.mask)
    for each in run.disturbances:
        when = f"{each.fault} from {duration(each.start)} for {duration(each.seconds)}"
        told = f"{when}: {recovery(each)}; {during(each.during)} (before: {during(each.before)})"
        yield line(told, run.mask)
    for lost in run.lost_workers:
        yield line(f"worker {lost.worker} was lost: {worker_line(lost)}", run.mask)


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    aligned = ["---", *("---:" for _ in names[1:])]
    lines = [f"| {' | '.join(cells)} |" for cells in (names, aligned, *rows)]
    return "\n" + "\n".join(lines) + "\n"
