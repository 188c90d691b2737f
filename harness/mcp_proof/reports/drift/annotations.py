"""What has drifted, as annotations of a step of GitHub Actions."""

from collections.abc import Iterator, Sequence

from mcp_proof.drift.tally import DriftTally
from mcp_proof.reports.drift.told import details, peer_name, title
from mcp_proof.reports.repository import repository_path
from mcp_proof.reports.workflow_commands import SHOWN, Annotation, Severity, commands


def annotations(runs: Sequence[DriftTally]) -> str:
    """Return the commands, a line each."""
    return commands([one for run in runs for one in _annotations(run, several=len(runs) > 1)])


def _annotations(run: DriftTally, *, several: bool) -> Iterator[Annotation]:
    suffix = f" ({peer_name(run)})" if several else ""
    file = repository_path(run.file)
    for severity, name, lines in (*_problems(run), *_drifts(run)):
        yield Annotation.masked(severity, f"{name}{suffix}", lines, file=file, mask=run.mask)


def _problems(run: DriftTally) -> Iterator[tuple[Severity, str, list[str]]]:
    if run.lost:
        yield "error", "the server could not be asked to the end", run.lost.splitlines()
    if run.interrupted:
        yield "error", "the run was interrupted", ["only what was done is told"]
    for fault in run.faults:
        yield "error", "a fault of mcp-proof itself", fault.splitlines()[-1:]


def _drifts(run: DriftTally) -> Iterator[tuple[Severity, str, list[str]]]:
    for drift in run.drifts:
        yield "error", f"drift of {title(drift)}", [*details(drift, SHOWN)]
