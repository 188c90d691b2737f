"""What campaigns came to: in a word, and in one sentence."""

from collections.abc import Iterable, Sequence
from typing import Final

from mcp_proof.fuzz.failure import Failure
from mcp_proof.fuzz.operation import OperationKind
from mcp_proof.fuzz.tally import FuzzTally, exit_code
from mcp_proof.reports.headline import Standing, counted, standing_by, worst
from mcp_proof_contracts.rule import Level

OPERATIONS: Final = frozenset(OperationKind)
"""What labels of operations begin with; others are tried once for the whole server."""


def standing(run: FuzzTally) -> Standing:
    """What the exit code says, in a word."""
    return standing_by(run.lost, exit_code([run]))


def overall(runs: Sequence[FuzzTally]) -> Standing:
    """What campaigns came to together."""
    return worst(map(standing, runs), exit_code(runs))


def headline(run: FuzzTally) -> str:
    """Return what a campaign came to, in a sentence."""
    if run.lost:
        return f"The server could not be fuzzed to the end; {found(run)}."
    if run.interrupted:
        return f"The run was interrupted: only what was done is told; {found(run)}."
    if run.faults:
        return f"mcp-proof itself failed, so that failures may be missing; {found(run)}."
    if any(map(run.fails, run.failures)):
        return f"The run fails: {found(run)}{_left_out(run)}."
    if not run.cases:
        return "Nothing was tried."
    return f"The run passes: {found(run)}{_left_out(run)}."


def found(run: FuzzTally) -> str:
    """What was found, in words: "2 failures and 1 warning"."""
    told = weights(run, run.failures)
    if not told:
        return "no failure was found"
    text = " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
    return text if any(map(run.fails, run.failures)) else f"no failure was found, but {text}"


def weights(run: FuzzTally, failures: Iterable[Failure]) -> list[str]:
    """Return how many failures there are of each weight, as far as there are."""
    heavy, levels = 0, dict.fromkeys(Level, 0)
    for failure in failures:
        if run.fails(failure):
            heavy += 1
        else:
            levels[failure.complaint.level] += 1
    advice = levels[Level.ADVICE]
    parts = [
        (heavy, counted(heavy, "failure")),
        (levels[Level.MUST] + levels[Level.SHOULD], counted(levels[Level.SHOULD], "warning")),
        (advice, f"{counted(advice, 'piece')} of advice"),
    ]
    return [text for number, text in parts if number]


def scope(run: FuzzTally) -> str:
    """How much was tried: "120 cases of 3 operations"."""
    operations = sum(is_operation(event.label) for event in run.begun)
    of = f" of {counted(operations, 'operation')}" if operations else ""
    return f"{counted(run.cases, 'case')}{of}"


def is_operation(label: str) -> bool:
    """Whether a label is that of an operation, and not of what is tried of the whole server."""
    return label.partition(" ")[0] in OPERATIONS


def _left_out(run: FuzzTally) -> str:
    """What has no verdict."""
    unjudged = sum(bool(result.reasons) for result in run.results)
    if not unjudged:
        return ""
    was = "was" if unjudged == 1 else "were"
    return f"; {counted(unjudged, 'operation')} {was} not tried, or not to the end"
