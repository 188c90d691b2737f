"""The comparison as Markdown: the summary of a job of GitHub Actions, or a file."""

from collections.abc import Iterator, Sequence

from mcp_proof.drift.tally import Drift, DriftTally
from mcp_proof.reports.drift.headline import headline, overall, scope
from mcp_proof.reports.drift.told import by_reason, details, message
from mcp_proof.reports.headline import counted, told_together
from mcp_proof.reports.markdown_run import facts, without_verdict
from mcp_proof.reports.markdown_text import LIMIT, QUOTED, folded, line, preformatted, within
from mcp_proof.reports.matrix import SYMBOL
from mcp_proof.reports.peer_name import peer_name


def markdown_report(runs: Sequence[DriftTally], limit: int = LIMIT) -> bytes:
    """Return the report of one or more comparisons, in at most `limit` bytes."""
    return within(limit, _blocks(runs))


def _blocks(runs: Sequence[DriftTally]) -> Iterator[str]:
    """The report in pieces, each of which can be the last one."""
    where = overall(runs)
    told = headline(runs[0]) if len(runs) == 1 else told_together([overall([r]) for r in runs])
    yield f"## {SYMBOL[where]} mcp-proof drift: {where}\n\n{told}\n"
    for run in runs:
        yield from _section(run, several=len(runs) > 1)


def _section(run: DriftTally, *, several: bool) -> Iterator[str]:
    if several:
        yield f"\n### {line(peer_name(run), run.mask)}\n\n{headline(run)}\n"
    yield "\n" + "\n\n".join(_facts(run)) + "\n"
    for drift in run.drifts:
        yield _drift(run, drift)
    if reasons := by_reason(run):
        yield _not_sent(run, reasons)


def _facts(run: DriftTally) -> Iterator[str]:
    """How much was asked, of whom, and what kept it from its end."""
    yield f"**{scope(run)}** of {line(run.file, run.mask)}"
    yield from facts(run)


def _drift(run: DriftTally, drift: Drift) -> str:
    shown = preformatted(details(drift, QUOTED), run.mask)
    return "\n".join(
        [
            f"\n#### {line(drift.operation, run.mask)}\n",
            f"{line(message(drift.difference), run.mask)}\n",
            folded("What was recorded, and what came", shown),
            "",
        ]
    )


def _not_sent(run: DriftTally, reasons: dict[str, list[str]]) -> str:
    number = counted(sum(map(len, reasons.values())), "operation")
    return without_verdict(f"{number} untested, and why", reasons, run.mask)
