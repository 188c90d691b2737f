"""What has drifted, as annotations of a step of GitHub Actions."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.drift.tally import DriftTally
from mcp_proof.reports.drift.told import details, title
from mcp_proof.reports.run_annotations import Told, run_annotations
from mcp_proof.reports.workflow_commands import SHOWN, commands

UNFINISHED: Final = "the server could not be asked to the end"


def annotations(runs: Sequence[DriftTally]) -> str:
    """Return the commands, a line each."""
    several = len(runs) > 1
    found = [
        one
        for run in runs
        for one in run_annotations(run, _drifts(run), several=several, unfinished=UNFINISHED)
    ]
    return commands(found)


def _drifts(run: DriftTally) -> Iterator[Told]:
    for drift in run.drifts:
        yield "error", f"drift of {title(drift)}", [*details(drift, SHOWN)]
