"""The agreements that can be explained without a file, beside the rules of the specification."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.agreements.agreement import agreement
from mcp_proof_contracts.agreements.kept_contract import contract_agreements
from mcp_proof_contracts.agreements.promised_by_client import client_agreements
from mcp_proof_contracts.rule import Rule, registry

CONSUMERS: Final = "consumer-"
"""What the ids of agreements with consumers begin with; their files say how they go on."""
INTERACTION: Final = """\
The server gives a consumer what its contract says that it needs.

One agreement for each interaction of each file that `--consumer` finds: the tool, the prompt or the
resource is there, takes the arguments that are given, and promises what is read. Where it may be
asked, because it is no tool or one that declares itself read-only or is allowed, its answer is
looked at as well. Two more are about what the consumer speaks and the capabilities it relies on."""


def known_rules() -> Iterator[Rule]:
    """Yield every rule that has an id of its own: those of the specification first."""
    yield from registry
    yield from contract_agreements()
    yield from client_agreements()


def known_rule(rule_id: str) -> Rule | None:
    """Return the rule with this id; any id may be one of an agreement with a consumer."""
    if rule_id.startswith(CONSUMERS):
        return agreement(rule_id, INTERACTION, None, home="consumers")
    return registry.get(rule_id) or next((r for r in known_rules() if r.id == rule_id), None)
