"""The campaign as Markdown: the summary of a job of GitHub Actions, or a file."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.fuzz.failure import Failure
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.fuzz.headline import headline, overall, scope, standing
from mcp_proof.reports.fuzz.told import by_reason, details
from mcp_proof.reports.headline import counted, told_together
from mcp_proof.reports.markdown_run import facts, without_verdict
from mcp_proof.reports.markdown_text import LIMIT, QUOTED, folded, line, preformatted, within
from mcp_proof.reports.matrix import SYMBOL
from mcp_proof.reports.peer_name import peer_name

COMMAND: Final = 100_000
"""Characters of a line of evidence: the command is of no use when it is cut."""


def markdown_report(runs: Sequence[FuzzTally], limit: int = LIMIT) -> bytes:
    """Return the report of one or more campaigns, in at most `limit` bytes."""
    return within(limit, _blocks(runs))


def _blocks(runs: Sequence[FuzzTally]) -> Iterator[str]:
    """The report in pieces, each of which can be the last one."""
    where = overall(runs)
    told = headline(runs[0]) if len(runs) == 1 else told_together([standing(r) for r in runs])
    yield f"## {SYMBOL[where]} mcp-proof fuzz: {where}\n\n{told}\n"
    for run in runs:
        yield from _section(run, several=len(runs) > 1)


def _section(run: FuzzTally, *, several: bool) -> Iterator[str]:
    if several:
        yield f"\n### {line(peer_name(run), run.mask)}\n\n{headline(run)}\n"
    yield "\n" + "\n\n".join(_facts(run)) + "\n"
    for failure in run.gravest_first:
        yield _failure(run, failure)
    if reasons := by_reason(run):
        yield _not_judged(run, reasons)


def _facts(run: FuzzTally) -> Iterator[str]:
    """How much was tried, of whom, and what kept it from its end."""
    yield f"**{scope(run)}**"
    yield from facts(run)


def _failure(run: FuzzTally, failure: Failure) -> str:
    complaint = failure.complaint
    return "\n".join(
        [
            f"\n#### {complaint.level} {line(failure.operation, run.mask)}\n",
            f"{line(complaint.message, run.mask)} (<code>{complaint.oracle}</code>)\n",
            folded(
                "Smallest input, and how to send it again",
                preformatted(details(failure, QUOTED), run.mask, COMMAND),
            ),
            "",
        ]
    )


def _not_judged(run: FuzzTally, reasons: dict[str, list[str]]) -> str:
    number = counted(len({label for labels in reasons.values() for label in labels}), "operation")
    return without_verdict(f"{number} not judged, and why", reasons, run.mask)
