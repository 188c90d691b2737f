"""The verdicts of all scenarios, made one for each rule."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from mcp_proof.judge.scenario import Scenario
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.rule import MAX_FINDINGS, Outcome, Rule, Verdict

NOT_CHOSEN: Final = "the chosen scenarios do not show it"
NO_OCCASION: Final = "no scenario shows it in what the client speaks"


class Merged:
    """Any finding violates; otherwise any place where the rule was kept passes.

    Args:
        rules: what is judged.
        available: the scenarios that can be played with the client, whether they were chosen or
            not.
    """

    def __init__(self, rules: Sequence[Rule], available: Sequence[Scenario]) -> None:
        self.rules = rules
        self._available = available
        self._verdicts: dict[str, list[tuple[Scenario, Verdict]]] = {r.id: [] for r in rules}
        self._missed: dict[str, str] = {}

    def take(self, scenario: Scenario, verdict: Verdict) -> None:
        """Take what one rule says of one scenario."""
        self._verdicts[verdict.rule.id].append((scenario, verdict))

    def missed(self, scenario: Scenario, why: str) -> None:
        """Note that a scenario came to nothing."""
        for rule_id in scenario.shows:
            self._missed.setdefault(rule_id, why)

    def missed_all(self, why: str) -> None:
        """Note that nothing came of the client at all."""
        for rule_id in self._verdicts:
            self._missed.setdefault(rule_id, why)

    def shown_in(self, rule: Rule) -> list[str]:
        """Return the names of the scenarios in which a rule was violated."""
        found = (
            scenario.name
            for scenario, verdict in self._verdicts[rule.id]
            if verdict.outcome is Outcome.VIOLATED
        )
        return list(dict.fromkeys(found))

    def verdicts(self, spoken: Spoken) -> Iterator[Verdict]:
        """Yield one verdict for each rule, in their order."""
        for rule in self.rules:
            yield self._verdict(rule, spoken)

    def _verdict(self, rule: Rule, spoken: Spoken) -> Verdict:
        level = rule.level(spoken)
        told = self._verdicts[rule.id]
        findings = tuple(chain.from_iterable(verdict.findings for _, verdict in told))
        further = sum(verdict.further for _, verdict in told)
        observed = sum(verdict.observed for _, verdict in told)
        fault = "".join(verdict.fault for _, verdict in told)
        if findings:
            return Verdict(
                rule=rule,
                level=level,
                outcome=Outcome.VIOLATED,
                findings=findings[:MAX_FINDINGS],
                further=further + max(0, len(findings) - MAX_FINDINGS),
                observed=observed,
                fault=fault,
            )
        if observed:
            return Verdict(
                rule=rule, level=level, outcome=Outcome.PASSED, observed=observed, fault=fault
            )
        return Verdict(
            rule=rule,
            level=level,
            outcome=Outcome.UNTESTED,
            reason=self._reason(rule, told),
            fault=fault,
        )

    def _reason(self, rule: Rule, told: Sequence[tuple[Scenario, Verdict]]) -> str:
        """Why a rule is untested: as the scenario has it that was played for its sake."""
        if rule.id in self._missed:
            return self._missed[rule.id]
        own = [verdict for scenario, verdict in told if rule.id in scenario.shows]
        if own:
            return own[0].reason
        if any(rule.id in scenario.shows for scenario in self._available):
            return NOT_CHOSEN
        return told[0][1].reason if told else NO_OCCASION
