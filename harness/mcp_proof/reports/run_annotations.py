"""Annotations of a run over one server, and of what kept it from its end."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from mcp_proof.driven_run import DrivenRun
from mcp_proof.reports.peer_name import peer_name
from mcp_proof.reports.repository import repository_path
from mcp_proof.reports.workflow_commands import Annotation, Severity

Told: TypeAlias = tuple[Severity, str, list[str]]
"""Of an annotation: its severity, its title and its lines."""


def run_annotations(
    run: DrivenRun[Any], found: Iterable[Told], *, several: bool, unfinished: str
) -> Iterator[Annotation]:
    """Yield what kept a run from its end, and what it found.

    `unfinished` says that the server was lost.
    """
    suffix = f" ({peer_name(run)})" if several else ""
    file = repository_path(run.file)
    for severity, title, lines in (*_problems(run, unfinished), *found):
        yield Annotation.masked(severity, f"{title}{suffix}", lines, file=file, mask=run.mask)


def _problems(run: DrivenRun[Any], unfinished: str) -> Iterator[Told]:
    if run.lost:
        yield "error", unfinished, run.lost.splitlines()
    if run.interrupted:
        yield "error", "the run was interrupted", ["only what was done is told"]
    for fault in run.faults:
        yield "error", "a fault of mcp-proof itself", fault.splitlines()[-1:]
