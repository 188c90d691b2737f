"""What a verification says of one rule, as the outcome of a test."""

from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import pytest

from mcp_proof.events import VerdictReached
from mcp_proof.runner import FAILED
from mcp_proof.tally import Tally
from mcp_proof.testing.assertions import violation_text
from mcp_proof_contracts.rule import Outcome

__tracebackhide__ = True  # of all that is called here: whoever reads a failure looks at the test

STAND_IN: Final = ">"
"""How the stand-in for a target ends that no command line can name."""


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What a verification says of one rule."""

    rule_id: str
    tally: Tally
    """The whole verification."""
    reached: VerdictReached | None
    """`None` where the rule is no part of the revision or the transport."""

    @classmethod
    def of(cls, rule_id: str, tally: Tally) -> Self:
        """Look a rule up in a verification."""
        reached = (each for each in tally.verdicts if each.verdict.rule.id == rule_id)
        return cls(rule_id, tally, next(reached, None))

    def settle(self) -> None:
        """Make it the outcome of the running test: pass, fail, xfail for a warning, or skip.

        Raises:
            pytest.fail.Exception, pytest.skip.Exception, pytest.xfail.Exception: as it says.
        """
        if self.reached is None:
            pytest.skip(f"no part of {_spoken(self.tally)}")
        verdict = self.reached.verdict
        if verdict.fault:
            pytest.fail(self.tally.mask(verdict.fault), pytrace=False)
        if verdict.reason == FAILED:
            pytest.fail(self.tally.mask("\n".join([FAILED, *self.tally.faults])), pytrace=False)
        if verdict.outcome is Outcome.UNTESTED:
            pytest.skip(f"untested: {self.tally.mask(verdict.reason)}")
        if verdict.outcome is Outcome.VIOLATED:
            self._complain(self.reached)

    def _complain(self, reached: VerdictReached) -> None:
        excuse = self.tally.excuse(reached)
        if excuse is not None:
            pytest.xfail(f"excused by the baseline: {excuse}")
        text = violation_text(reached.verdict)
        if self.tally.peer is not None:
            text += f"\n  clause    {reached.verdict.rule.source(self.tally.peer.spoken)}"
        text = self.tally.mask(f"{text}\n  reproduce {_command(reached)}")
        if not self.tally.fails(reached):
            pytest.xfail(f"a warning: {text}")
        pytest.fail(text, pytrace=False)


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """Whether a verification judged anything, and met what is demanded besides its rules."""

    tally: Tally

    def settle(self) -> None:
        """Make it the outcome of the running test.

        Raises:
            pytest.fail.Exception: a demand is not met, or mcp-proof itself failed.
        """
        problems = [breach.message for breach in self.tally.breaches]
        problems += [f"a fault of mcp-proof itself: {fault}" for fault in self.tally.faults]
        if not self.tally.judged:
            problems.append("nothing was judged: no rule could be observed")
        if problems:
            pytest.fail(self.tally.mask("\n".join(problems)), pytrace=False)


Settled: TypeAlias = RuleVerdict | GateVerdict


def _command(reached: VerdictReached) -> str:
    """The command that reproduces a finding, which for an object of this process is pytest's."""
    if reached.reproduce.endswith(STAND_IN):
        return f"pytest --mcp-verify -k {reached.verdict.rule.id}"
    return reached.reproduce


def _spoken(tally: Tally) -> str:
    peer = tally.peer
    return f"{peer.spoken} over {peer.transport}" if peer is not None else "what is spoken"
