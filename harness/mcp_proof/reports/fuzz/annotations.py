"""What campaigns found, as annotations of a step of GitHub Actions."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.fuzz.told import details
from mcp_proof.reports.run_annotations import Told, run_annotations
from mcp_proof.reports.workflow_commands import (
    SEVERITY,
    SHOWN,
    commands,
)

UNFINISHED: Final = "the server could not be fuzzed to the end"


def annotations(runs: Sequence[FuzzTally]) -> str:
    """Return the commands, a line each: the gravest first, and as many as are shown."""
    several = len(runs) > 1
    found = [
        one
        for run in runs
        for one in run_annotations(run, _failures(run), several=several, unfinished=UNFINISHED)
    ]
    return commands(found)


def _failures(run: FuzzTally) -> Iterator[Told]:
    for failure in run.gravest_first:
        complaint = failure.complaint
        severity = "error" if run.fails(failure) else SEVERITY[complaint.level]
        title = f"{complaint.level} {complaint.oracle}: {failure.operation}"
        yield severity, title, [complaint.message, *details(failure, SHOWN)]
