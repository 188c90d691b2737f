"""What campaigns found, as annotations of a step of GitHub Actions."""

from collections.abc import Iterator, Sequence

from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.fuzz.told import details, peer_name
from mcp_proof.reports.repository import repository_path
from mcp_proof.reports.workflow_commands import (
    SEVERITY,
    SHOWN,
    Annotation,
    Severity,
    commands,
)


def annotations(runs: Sequence[FuzzTally]) -> str:
    """Return the commands, a line each: the gravest first, and as many as are shown."""
    return commands([one for run in runs for one in _annotations(run, several=len(runs) > 1)])


def _annotations(run: FuzzTally, *, several: bool) -> Iterator[Annotation]:
    suffix = f" ({peer_name(run)})" if several else ""
    file = repository_path(run.file)
    for severity, title, lines in (*_problems(run), *_failures(run)):
        yield Annotation.masked(severity, f"{title}{suffix}", lines, file=file, mask=run.mask)


def _problems(run: FuzzTally) -> Iterator[tuple[Severity, str, list[str]]]:
    if run.lost:
        yield "error", "the server could not be fuzzed to the end", run.lost.splitlines()
    if run.interrupted:
        yield "error", "the run was interrupted", ["only what was done is told"]
    for fault in run.faults:
        yield "error", "a fault of mcp-proof itself", fault.splitlines()[-1:]


def _failures(run: FuzzTally) -> Iterator[tuple[Severity, str, list[str]]]:
    for failure in run.gravest_first:
        complaint = failure.complaint
        severity = "error" if run.fails(failure) else SEVERITY[complaint.level]
        title = f"{complaint.level} {complaint.oracle}: {failure.operation}"
        yield severity, title, [complaint.message, *details(failure, SHOWN)]
