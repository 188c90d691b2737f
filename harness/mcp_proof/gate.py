"""The gate: what is demanded of a verification besides that no binding clause is broken."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from math import floor
from pathlib import Path
from typing import Final, Literal, TypeAlias

from mcp_proof.baseline import Excuse, read_baseline
from mcp_proof.config import Config
from mcp_proof_contracts.rule import Level, Outcome, Verdict

FAILING: Final = {
    Level.MUST: frozenset({Level.MUST}),
    Level.SHOULD: frozenset({Level.MUST, Level.SHOULD}),
}
"""Which levels fail a run, by `--fail-on`."""

Demand: TypeAlias = Literal["stale", "expired", "min-tested", "require"]
Run: TypeAlias = Sequence[Verdict]


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Breach:
    """A demand that was not met."""

    name: Demand
    subject: str
    """Which one of its kind: a rule's id, a prefix; empty where there is only one."""
    message: str
    """What was demanded, and what there was instead."""

    @property
    def title(self) -> str:
        """The demand in two words."""
        return f"{self.name}: {self.subject}" if self.subject else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What is demanded of every run of a verification."""

    fail_on: Level = Level.MUST
    """The weakest level whose violations fail."""
    min_tested: float = 0.0
    """Percent of the rules that apply to a run."""
    require: tuple[str, ...] = ()
    """Prefixes of rule ids: where a rule with one applies, it must be tested."""
    baseline: Mapping[str, Excuse] = field(default_factory=dict[str, Excuse])
    """The excuse for a rule's violations, by the rule's id."""
    today: date = field(default_factory=_today)

    @property
    def has_demands(self) -> bool:
        """Whether anything is demanded besides that no rule is violated."""
        return bool(self.min_tested or self.require or self.baseline)

    def excuse(self, verdict: Verdict) -> str | None:
        """Why the violations of a rule are excused; `None` when they are not, or no longer."""
        excuse = self.baseline.get(verdict.rule.id)
        return excuse.reason if excuse is not None and not excuse.expired(self.today) else None

    def fails(self, verdict: Verdict) -> bool:
        """Whether this verdict fails its run."""
        return (
            verdict.outcome is Outcome.VIOLATED
            and verdict.level in FAILING[self.fail_on]
            and self.excuse(verdict) is None
        )

    def breaches(self, runs: Sequence[Run]) -> list[list[Breach]]:
        """Return what each run did not meet; what concerns them all stands with one of them.

        All runs of a verification are judged together, for only together they show that an entry
        of the baseline excuses nothing. Of a run without verdicts nothing is demanded.
        """
        found = [[*self._too_few_tested(run), *self._left_untested(run)] for run in runs]
        for number, breach in (*self._needless(runs), *self._nowhere(runs)):
            found[number].append(breach)
        return found

    def _too_few_tested(self, run: Run) -> Iterator[Breach]:
        tested = sum(verdict.outcome is not Outcome.UNTESTED for verdict in run)
        if run and 100 * tested / len(run) < self.min_tested:
            percent = floor(1000 * tested / len(run)) / 10  # never rounded up to what is demanded
            yield Breach(
                "min-tested",
                "",
                f"{tested} of the {len(run)} rules that apply were tested, {percent} percent; "
                f"{self.min_tested:g} are demanded",
            )

    def _left_untested(self, run: Run) -> Iterator[Breach]:
        for prefix in self.require:
            left = [
                f"{verdict.rule.id} ({verdict.reason})"
                for verdict in run
                if verdict.rule.id.startswith(prefix) and verdict.outcome is Outcome.UNTESTED
            ]
            if left:
                message = f"all rules with {prefix} must be tested, and were not: {', '.join(left)}"
                yield Breach("require", prefix, message)

    def _nowhere(self, runs: Sequence[Run]) -> Iterator[tuple[int, Breach]]:
        """Demand that each prefix means some rule in one run at least."""
        ids = [verdict.rule.id for run in runs for verdict in run]
        for prefix in self.require:
            if ids and not any(rule_id.startswith(prefix) for rule_id in ids):
                message = f"all rules with {prefix} must be tested, and none applies"
                yield _first(runs), Breach("require", prefix, message)

    def _needless(self, runs: Sequence[Run]) -> Iterator[tuple[int, Breach]]:
        """Demand that the baseline only excuses what is violated, and for as long as it says."""
        for rule_id, excuse in self.baseline.items():
            outcomes = {
                number: verdict.outcome
                for number, run in enumerate(runs)
                for verdict in run
                if verdict.rule.id == rule_id
            }
            kept = [number for number, outcome in outcomes.items() if outcome is Outcome.PASSED]
            if kept and Outcome.VIOLATED not in outcomes.values():
                message = f"the baseline excuses {rule_id}, which is now kept: remove the entry"
                yield kept[0], Breach("stale", rule_id, message)
            elif any(runs) and excuse.expired(self.today):
                message = (
                    f"the baseline excused {rule_id} until {excuse.expires}: mend the server, or "
                    "give the entry another date"
                )
                yield min(outcomes, default=_first(runs)), Breach("expired", rule_id, message)


def gate_of(config: Config) -> Gate:
    """Return the gate that is configured.

    What is demanded of all rules is not demanded of a choice that is made over it, as by `--only`
    where the file has `require`.

    Raises:
        UsageError: the baseline cannot be read, or is wrong.
    """
    baseline = config.text("baseline")

    def of_all(name: str) -> bool:
        return not any(config.outranks(choice, name) for choice in ("only", "skip"))

    return Gate(
        fail_on=Level[config.text("fail-on").upper()],
        min_tested=config.number("min-tested") if of_all("min-tested") else 0.0,
        require=config.texts("require") if of_all("require") else (),
        baseline=read_baseline(Path(baseline), config.place("baseline")) if baseline else {},
    )


def _first(runs: Sequence[Run]) -> int:
    """The number of the first run with verdicts."""
    return next(number for number, run in enumerate(runs) if run)
