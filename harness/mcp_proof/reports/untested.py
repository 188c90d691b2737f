"""What is untested, by reason."""

from mcp_proof.tally import Tally
from mcp_proof_contracts.rule import Outcome


def by_reason(tally: Tally) -> dict[str, list[str]]:
    """Return the ids of untested rules by their reason, the most frequent one first."""
    found: dict[str, list[str]] = {}
    for reached in tally.verdicts:
        if reached.verdict.outcome is Outcome.UNTESTED:
            found.setdefault(reached.verdict.reason, []).append(reached.verdict.rule.id)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))
