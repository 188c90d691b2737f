"""What comparisons came to: in a word, and in one sentence."""

from collections.abc import Sequence

from mcp_proof.drift.events import Verdict
from mcp_proof.drift.recorded import INTRODUCTION
from mcp_proof.drift.tally import DriftTally, exit_code
from mcp_proof.reports.headline import Standing, counted, standing_by, worst


def standing(run: DriftTally) -> Standing:
    """What the exit code says, in a word."""
    return standing_by(run.lost, exit_code([run]))


def overall(runs: Sequence[DriftTally]) -> Standing:
    """What comparisons came to together."""
    return worst(map(standing, runs), exit_code(runs))


def headline(run: DriftTally) -> str:
    """Return what a comparison came to, in a sentence."""
    if run.lost:
        return f"The server could not be asked to the end; {found(run)}."
    if run.interrupted:
        return f"The run was interrupted: only what was done is told; {found(run)}."
    if run.faults:
        return f"mcp-proof itself failed, so that differences may be missing; {found(run)}."
    if not run.compared:
        return "Nothing was compared: no recorded request could be sent again."
    return f"{found(run).capitalize()}{_left_out(run)}."


def found(run: DriftTally) -> str:
    """What was found, in words."""
    drifts = len(run.drifts)
    if not drifts:
        return f"no difference in the answers to {counted(run.compared, 'request')}"
    drifted = [each.operation for each in run.of(Verdict.DRIFTED)]
    places = ["the introduction"] if INTRODUCTION in drifted else []
    if answers := len(drifted) - len(places):
        places.append(f"the answers to {answers} of {scope(run)}")
    return f"{counted(drifts, 'difference')} in {' and in '.join(places)}"


def scope(run: DriftTally) -> str:
    """How much was asked again."""
    return counted(run.compared, "request")


def _left_out(run: DriftTally) -> str:
    number = len(run.of(Verdict.UNTESTED))
    if not number:
        return ""
    return f"; {counted(number, 'request')} {'was' if number == 1 else 'were'} not sent"
