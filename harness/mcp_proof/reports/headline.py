"""What a run came to: in a word, and in one sentence."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from mcp_proof.events import VerdictReached
from mcp_proof.tally import VIOLATED, Tally
from mcp_proof_contracts.rule import Level


class Standing(StrEnum):
    """What a run came to, in a word; an incomplete one neither passes nor fails."""

    FAILS = "fails"
    INCOMPLETE = "incomplete"
    PASSES = "passes"
    UNSPOKEN = "not spoken"


_AMONG: Final = {
    Standing.FAILS: "failed",
    Standing.INCOMPLETE: "could not be completed",
    Standing.PASSES: "passed",
    Standing.UNSPOKEN: "had nothing to verify",
}


def standing(tally: Tally) -> Standing:
    """Return what the exit code says, in a word."""
    if tally.not_spoken:
        return Standing.UNSPOKEN
    if tally.lost:
        return Standing.INCOMPLETE
    known = {0: Standing.PASSES, VIOLATED: Standing.FAILS}
    return known.get(tally.exit_code, Standing.INCOMPLETE)


def overall(runs: Sequence[Tally]) -> Standing:
    """Return what runs came to together: the worst of them."""
    found = {standing(tally) for tally in runs}
    return next(worst for worst in Standing if worst in found)


def headline(tally: Tally) -> str:
    """Return what a run came to, in a sentence."""
    found = _found(tally)
    if (why := _why_incomplete(tally)) and tally.judged:
        return f"{why}; {found}."
    if why:
        return f"{why}."
    if standing(tally) is Standing.FAILS:
        return f"The run fails: {found}."
    return f"The run passes: {found}."


def overall_headline(runs: Sequence[Tally]) -> str:
    """Return what one or more runs came to, in a sentence."""
    if len(runs) == 1:
        return headline(runs[0])
    standings = [standing(tally) for tally in runs]
    parts = [f"{standings.count(each)} {_AMONG[each]}" for each in Standing if each in standings]
    return f"Of {len(runs)} runs, {', '.join(parts)}."


def _why_incomplete(tally: Tally) -> str:
    """Why not everything could be judged; "" when it was."""
    if tally.not_spoken:
        return "There was nothing to verify: the server does not speak the revision"
    if tally.lost:
        return "The server could not be verified"
    if tally.interrupted and tally.peer is None:
        return "The run was interrupted before the server had answered"
    if tally.interrupted:
        return "The run was interrupted, and only what was done is judged"
    if tally.faults:
        return "mcp-proof itself failed, so that verdicts are missing"
    return "" if tally.judged else "Nothing was judged: no rule could be observed"


def counted(number: int, what: str) -> str:
    """Return "1 rule" or "2 rules"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _found(tally: Tally) -> str:
    """What was found wrong, in words."""
    failing = [reached for reached in tally.violated if tally.fails(reached)]
    warning = [r for r in tally.violated if not tally.fails(r) and tally.excuse(r) is None]
    parts: list[str] = []
    if failing:
        parts.append(_by_level(failing))
    if warning:
        parts.append(f"{_by_level(warning)} without failing the run")
    if tally.excused:
        parts.append(f"{counted(len(tally.excused), 'rule')} that the baseline excuses")
    found = f"the server violates {', and '.join(parts)}" if parts else "no violation was found"
    if tally.stale:
        entries = "entry" if len(tally.stale) == 1 else "entries"
        found += f"; {len(tally.stale)} {entries} of the baseline must go"
    return found


def _by_level(violated: Sequence[VerdictReached]) -> str:
    levels = [reached.verdict.level for reached in violated]
    parts = [f"{n} {level.value}" for level in Level if (n := levels.count(level))]
    return f"{' and '.join(parts)} {'rule' if len(violated) == 1 else 'rules'}"
