"""What runs came to: in a word, and in one sentence."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from mcp_proof.events import VerdictReached
from mcp_proof.tally import VIOLATED, Tally, exit_code
from mcp_proof_contracts.rule import Level, Outcome


class Standing(StrEnum):
    """What a run came to, in one word; the worst is last."""

    UNSPOKEN = "not spoken"
    PASSES = "passes"
    INCOMPLETE = "incomplete"
    FAILS = "fails"

    @property
    def style(self) -> str:
        """What a style sheet calls it."""
        return self.name.lower()


VERBS: Final = {
    Standing.UNSPOKEN: ("has nothing to verify", "have nothing to verify"),
    Standing.PASSES: ("passes", "pass"),
    Standing.INCOMPLETE: ("is incomplete", "are incomplete"),
    Standing.FAILS: ("fails", "fail"),
}
"""What one run does, and what several do."""


def standing(tally: Tally) -> Standing:
    """What the exit code says, in a word."""
    if tally.not_spoken:
        return Standing.UNSPOKEN
    return standing_by(tally.lost, tally.exit_code)


def standing_by(lost: str, code: int) -> Standing:
    """What an exit code says; `lost` is why the server was, if it was."""
    if lost:
        return Standing.INCOMPLETE
    known = {0: Standing.PASSES, VIOLATED: Standing.FAILS}
    return known.get(code, Standing.INCOMPLETE)


def overall(runs: Sequence[Tally]) -> Standing:
    """What runs came to together: the worst of them, and no pass that the exit code denies."""
    return worst(map(standing, runs), exit_code(runs))


def worst(standings: Iterable[Standing], code: int) -> Standing:
    """Return the worst of them, and no pass that the exit code denies."""
    found = max(standings, key=[*Standing].index)
    return Standing.INCOMPLETE if found is Standing.PASSES and code else found


def headline(tally: Tally) -> str:
    """Return what a run came to, in a sentence."""
    if unfinished := _unfinished(tally):
        return unfinished
    if tally.exit_code == VIOLATED:
        return f"The run fails: {_found(tally)}."
    if not tally.judged:
        return "Nothing was judged: no rule could be observed."
    untested = tally.counts[Outcome.UNTESTED]
    rest = f"; {counted(untested, 'rule')} could not be observed" if untested else ""
    return f"The run passes: {_found(tally)}{rest}."


def overall_headline(runs: Sequence[Tally]) -> str:
    """Return what several runs came to, in a sentence."""
    return told_together([standing(tally) for tally in runs])


def told_together(standings: Sequence[Standing]) -> str:
    """Return "3 runs: 2 pass, 1 fails."."""
    told = ", ".join(
        f"{count} {VERBS[one][count != 1]}" for one in Standing if (count := standings.count(one))
    )
    return f"{counted(len(standings), 'run')}: {told}."


def counted(number: int, what: str) -> str:
    """Return "1 rule" or "2 rules"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _unfinished(tally: Tally) -> str:
    """Say what kept the run from its end; "" when nothing did."""
    if tally.not_spoken:
        return (
            f"There was nothing to verify: the {tally.side} does not speak the revision asked for."
        )
    if tally.lost:
        return f"The {tally.side} could not be verified."
    if tally.interrupted and tally.peer is None:
        return f"The run was interrupted before the {tally.side} had answered."
    if tally.interrupted:
        return f"The run was interrupted: only what was done is judged; {_found(tally)}."
    if tally.faults:
        return f"mcp-proof itself failed, so that verdicts are missing; {_found(tally)}."
    return ""


def _found(tally: Tally) -> str:
    """What was found wrong, in words."""
    failing = [reached for reached in tally.violated if tally.fails(reached)]
    excused = len(tally.excused)
    warning = [r for r in tally.violated if not tally.fails(r) and tally.excuse(r) is None]
    rules = [_by_level(failing)] if failing else []
    if warning:
        rules.append(f"{_by_level(warning)} that only {'warns' if len(warning) == 1 else 'warn'}")
    if excused:
        rules.append(f"{counted(excused, 'rule')} that the baseline excuses")
    found = (
        f"the {tally.side} violates {' and '.join(rules)}" if rules else "no violation was found"
    )
    if (stale := len(tally.stale)) > 0:
        found += f"; {stale} {'entry' if stale == 1 else 'entries'} of the baseline must go"
    if (others := len(tally.breaches) - stale) > 0:
        found += f"; {counted(others, 'demand')} {'was' if others == 1 else 'were'} not met"
    return found


def _by_level(violated: Sequence[VerdictReached]) -> str:
    """Return "1 MUST and 2 SHOULD rules"."""
    levels = [reached.verdict.level for reached in violated]
    parts = [f"{n} {level.value}" for level in Level if (n := levels.count(level))]
    return f"{' and '.join(parts)} {'rule' if len(violated) == 1 else 'rules'}"
