"""`mcp-proof explain ID`: a rule's page."""

import argparse

from rich.markup import escape

from mcp_proof.cli.terminal import Terminal
from mcp_proof.errors import UsageError
from mcp_proof_contracts.agreements.explained import known_rule, known_rules
from mcp_proof_contracts.suggestion import did_you_mean


def run(options: argparse.Namespace) -> int:
    """Print what the rule requires, why, where it stands, and how it is looked at."""
    rule = known_rule(options.rule_id)
    if rule is None:
        hint = did_you_mean(options.rule_id, (known.id for known in known_rules()))
        raise UsageError(
            f"there is no rule {options.rule_id!r}.{hint} `mcp-proof rules` lists all."
        )
    console = Terminal()
    console.print(f"[bold]{rule.id}[/]\n\n{escape(rule.documentation)}\n")
    before = f", SHOULD before {rule.must_since}" if rule.must_since is not None else ""
    facts = {
        "keyword": rule.keyword,
        "level": rule.level(rule.latest).value + before,
        "side": rule.side,
        "spoken": rule.validity,
        "transport": rule.transport or "any",
        "looked at": "any traffic" if not rule.probes else f"probe {', '.join(rule.probes)}",
        "untested": f"when {rule.otherwise}",
        "clause": rule.source(rule.latest),
    }
    for name, value in facts.items():
        console.print(f"{name:10} {escape(value)}")
    return 0
