"""What load runs came to: in a word, and in one sentence."""

from collections.abc import Sequence

from mcp_proof.reports.headline import Standing, standing_by, told_together, worst
from mcp_proof.tally import VIOLATED
from mcp_proof_load.reports.figures import amount, many, percent
from mcp_proof_load.reports.told import joined, violations_in_words
from mcp_proof_load.reports.unjudged import unjudged
from mcp_proof_load.tally import LoadTally, exit_code


def standing(run: LoadTally) -> Standing:
    """What the exit code says, in a word."""
    return standing_by(run.lost, exit_code([run]))


def overall(runs: Sequence[LoadTally]) -> Standing:
    """What runs came to together."""
    return worst(map(standing, runs), exit_code(runs))


def headlines(runs: Sequence[LoadTally]) -> str:
    """Return what runs came to, in a sentence."""
    return headline(runs[0]) if len(runs) == 1 else told_together([standing(run) for run in runs])


def headline(run: LoadTally) -> str:
    """Return what a run came to, in a sentence."""
    if not run.total.counts.ended:
        return f"Nothing was judged: {_nothing(run)}."
    if unfinished := _unfinished(run):
        return f"{unfinished}: {found(run)}."
    if exit_code([run]) == VIOLATED:
        return f"The run fails: {found(run)}."
    if not run.judged.counts.answered:
        return f"Nothing was judged: {_unanswered(run)}."
    return f"The run passes: {found(run)}{_left_out(run)}."


def _unfinished(run: LoadTally) -> str:
    """Say what kept the run from its end; "" when nothing did."""
    if run.lost:
        return "The server could not be loaded to the end"
    if run.interrupted:
        return "The run was interrupted, and only what was done is told"
    return "mcp-proof itself failed, so that violations may be missing" if run.faults else ""


def found(run: LoadTally) -> str:
    """What was found, in words."""
    parts = [_violations(run), _limits(run), _errors(run)]
    return "; ".join(filter(None, parts))


def scope(run: LoadTally) -> str:
    """How much was called, and how fast."""
    calls = run.judged.counts.ended
    rate = f" at {amount(run.rate, 'calls/s')}" if calls else ""
    return f"{many(calls, 'call')}{rate}"


def _nothing(run: LoadTally) -> str:
    if run.lost:
        return "the server could not be loaded"
    if run.interrupted:
        return "the run was interrupted before any call came to an end"
    if run.faults:
        return "mcp-proof itself failed"
    return "no call came to an end"


def _unanswered(run: LoadTally) -> str:
    if run.total.counts.answered:
        return "no call had a good answer after the warm-up"
    return f"none of {many(run.total.counts.ended, 'call')} had a good answer"


def _violations(run: LoadTally) -> str:
    failing = violations_in_words(run.failing)
    others = [each for each in run.violations if each not in run.failing]
    only = "a warning only" if len(others) == 1 else "warnings only"
    light = f"{violations_in_words(others)} ({only})" if others else ""
    told = joined([*filter(None, (failing, light))]) or "no violation"
    return f"{told} in {scope(run)}"


def _limits(run: LoadTally) -> str:
    judged = [each for each in run.budget if each.judged]
    broken, skipped = sum(each.broken for each in judged), len(run.budget) - len(judged)
    told: list[str] = []
    if judged:
        of = f"{broken} of " if 0 < broken < len(judged) else ""
        told.append(f"{of}{many(len(judged), 'limit')}{' not' * bool(broken)} kept")
    if skipped:
        told.append(f"{many(skipped, 'limit')} could not be told from noise")
    return "; ".join(told)


def _errors(run: LoadTally) -> str:
    counts = run.judged.counts
    if not counts.errors:
        return ""
    return f"{many(counts.errors, 'call')} ended badly ({percent(counts.error_rate)})"


def _left_out(run: LoadTally) -> str:
    number = len(unjudged(run))
    return f"; {many(number, 'kind')} of violation could not be judged" if number else ""
