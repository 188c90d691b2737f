"""What a verification says of one rule, as the outcome of a test."""

from dataclasses import dataclass
from typing import Self

import pytest

from mcp_proof.events import VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.tally import Tally
from mcp_proof.targets import Reachable
from mcp_proof.testing.assertions import violation_text
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.secret import Mask


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
        __tracebackhide__ = True
        if self.reached is None:
            pytest.skip(f"no part of {_spoken(self.tally)}")
        verdict = self.reached.verdict
        if verdict.fault:
            pytest.fail(self.tally.mask(verdict.fault), pytrace=False)
        if verdict.outcome is Outcome.UNTESTED:
            pytest.skip(f"untested: {self.tally.mask(verdict.reason)}")
        if verdict.outcome is Outcome.VIOLATED:
            self._complain(self.reached)
        elif self.rule_id in self.tally.stale:
            text = f"the baseline excuses {self.rule_id}, which is now kept: remove the entry"
            pytest.fail(text, pytrace=False)

    def _complain(self, reached: VerdictReached) -> None:
        __tracebackhide__ = True
        excuse = self.tally.excuse(reached)
        if excuse is not None:
            pytest.xfail(f"excused by the baseline: {excuse}")
        text = violation_text(reached.verdict)
        if self.tally.peer is not None:
            text += f"\n  clause    {reached.verdict.rule.source(self.tally.peer.revision)}"
        text = self.tally.mask(f"{text}\n  reproduce {reached.reproduce}")
        if not self.tally.fails(reached):
            pytest.xfail(f"a warning: {text}")
        pytest.fail(text, pytrace=False)


async def verified(target: Reachable, options: VerifyOptions) -> Tally:
    """Verify a server that runs.

    Raises:
        PeerError: it cannot be reached.
    """
    tally = Tally(mask=Mask(target.secrets.values()))
    async for event in Verification(target, options).events():
        tally.take(event)
    return tally


def _spoken(tally: Tally) -> str:
    peer = tally.peer
    return f"{peer.revision} over {peer.transport}" if peer is not None else "what is spoken"
