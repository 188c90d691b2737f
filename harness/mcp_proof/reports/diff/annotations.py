"""What a comparison found, as annotations of a step of GitHub Actions."""

from collections.abc import Iterator, Sequence

from mcp_proof.diff.comparison import LEVELS, Comparison
from mcp_proof.reports.diff.told import title, values
from mcp_proof.reports.repository import repository_path
from mcp_proof.reports.workflow_commands import SEVERITY, Annotation, commands
from mcp_proof_contracts.compatibility.change import Effect


def annotations(runs: Sequence[Comparison]) -> str:
    """Return the commands, a line each: the gravest first, and as many as are shown."""
    return commands([one for comparison in runs for one in _annotations(comparison)])


def _annotations(comparison: Comparison) -> Iterator[Annotation]:
    file = repository_path(comparison.file)
    for change in comparison.gravest_first:
        if change.effect is Effect.COMPATIBLE:
            continue  # nobody need look at it
        severity = "error" if comparison.fails(change) else SEVERITY[LEVELS[change.effect]]
        told = [f"{name}: {value}" for name, value in values(change)]
        yield Annotation.masked(
            severity,
            f"{change.effect}: {title(change)}",
            [change.why, *told],
            file=file,
            mask=comparison.mask,
        )
