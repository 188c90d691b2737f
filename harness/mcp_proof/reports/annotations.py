"""What verifications found, as annotations of a step of GitHub Actions."""

from collections.abc import Iterator, Sequence

from mcp_proof.events import VerdictReached
from mcp_proof.reports.matrix import peer_name
from mcp_proof.reports.repository import repository_path
from mcp_proof.reports.workflow_commands import SEVERITY, Annotation, Severity, commands
from mcp_proof.tally import Tally


def annotations(runs: Sequence[Tally]) -> str:
    """Return the commands, a line each: the gravest first, and as many as are shown."""
    return commands([one for tally in runs for one in _found(tally, several=len(runs) > 1)])


def _found(tally: Tally, *, several: bool) -> Iterator[Annotation]:
    """What is worth an annotation; what the baseline excuses is not."""
    where = f" at {tally.spoken}" if tally.spoken is not None else ""
    suffix = f" ({peer_name(tally)}{where})" if several else ""
    file = repository_path(tally.file)
    for severity, title, lines in (*_failures(tally), *_violations(tally)):
        yield Annotation.masked(severity, f"{title}{suffix}", lines, file=file, mask=tally.mask)


def _failures(tally: Tally) -> Iterator[tuple[Severity, str, list[str]]]:
    if tally.lost:
        yield "error", f"the {tally.side} could not be verified", tally.lost.splitlines()
    if tally.interrupted:
        yield "error", "the run was interrupted", ["only what was done is judged"]
    for fault in tally.faults:
        yield "error", "a fault of mcp-proof itself", fault.splitlines()[-1:]
    for breach in tally.breaches:
        yield "error", breach.title, [breach.message]


def _violations(tally: Tally) -> Iterator[tuple[Severity, str, list[str]]]:
    for reached in tally.violated:
        if tally.excuse(reached) is None:
            severity = "error" if tally.fails(reached) else SEVERITY[reached.verdict.level]
            title = f"{reached.verdict.level} {reached.verdict.rule.id}"
            yield severity, title, list(_details(tally, reached))


def _details(tally: Tally, reached: VerdictReached) -> Iterator[str]:
    rule, first = reached.verdict.rule, reached.verdict.findings[0]
    yield rule.requirement
    yield first.message
    yield f"expected: {first.expected}"
    yield f"actual: {first.actual}"
    if tally.spoken is not None:
        yield f"clause: {rule.source(tally.spoken)}"
    yield f"reproduce: {reached.reproduce}"
