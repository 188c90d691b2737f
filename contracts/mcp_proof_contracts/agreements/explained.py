"""The agreements that can be explained without a file, beside the rules of the specification."""

from collections.abc import Iterator

from mcp_proof_contracts.agreements.kept_contract import contract_agreements
from mcp_proof_contracts.rule import Rule, registry


def known_rules() -> Iterator[Rule]:
    """Yield every rule that may be named: those of the specification first."""
    yield from registry
    yield from contract_agreements()


def known_rule(rule_id: str) -> Rule | None:
    """Return the rule with this id."""
    return registry.get(rule_id) or next((r for r in known_rules() if r.id == rule_id), None)
