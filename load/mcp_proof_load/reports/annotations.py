"""What a load run found, as annotations of a step of GitHub Actions."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.reports.run_annotations import Told, run_annotations
from mcp_proof.reports.workflow_commands import SEVERITY, SHOWN, commands
from mcp_proof_load.reports.headline import headline, standing
from mcp_proof_load.reports.told import details, limit_cells, limit_reason, place
from mcp_proof_load.tally import LoadTally

UNFINISHED: Final = "the server could not be loaded to the end"


def annotations(runs: Sequence[LoadTally]) -> str:
    """Return the commands, a line each."""
    several = len(runs) > 1
    found = [
        one
        for run in runs
        for one in run_annotations(run, _found(run), several=several, unfinished=UNFINISHED)
    ]
    return commands(found)


def _found(run: LoadTally) -> Iterator[Told]:
    for violation in run.violations:
        facts = [f"{name}: {text}" for name, text in details(violation, SHOWN)]
        title = f"under load: {place(violation)}"
        yield SEVERITY[violation.level], title, [violation.message, *facts]
    for checked in run.budget:
        if checked.broken:
            value, limit = limit_cells(checked)
            told = f"{value}, the limit is {limit}"
            reason = limit_reason(checked)
            yield "error", f"budget not kept: {checked.name}", [told, *([reason] if reason else [])]
    if not (run.judged.counts.answered or run.lost or run.interrupted or run.faults):
        yield "error", f"load: {standing(run)}", [headline(run)]
