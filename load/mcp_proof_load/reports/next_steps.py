"""What a reader can do next."""

from collections.abc import Iterator

from mcp_proof_load.events import Kind
from mcp_proof_load.reports.unjudged import unjudged
from mcp_proof_load.tally import LoadTally


def next_steps(run: LoadTally) -> Iterator[str]:
    """Yield what helps most after a run that came out like this, the most urgent first."""
    counts = run.total.counts
    if run.lost or not counts.answered:
        yield "see whether the server answers one call at all: mcp-proof verify TARGET"
    if counts.late:
        yield "calls began late: server, --users or this machine did not keep up with the rate"
    if run.violations or any(each.broken for each in run.budget):
        yield "see when it began, in charts: --report html=load.html"
    if counts.answered and not run.judged.counts.answered:
        yield "load longer than the warm-up: --duration SECONDS"
    if not all(each.judged for each in run.budget):
        yield "load longer, then and now, to tell limits from noise: --duration SECONDS"
    if Kind.RULE in unjudged(run) and counts.ended:
        yield "let the rules see one of a hundred exchanges: --check 0.01"
    if not run.budget and counts.ended:
        yield "say what is fast enough: --budget FILE"
    if counts.answered and not run.lost and not run.interrupted:
        yield "save this run, to compare others: --report json=run.json, then --baseline run.json"
