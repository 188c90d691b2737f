"""`mcp-proof rules`: the catalogue."""

import argparse

from rich.markup import escape

from mcp_proof.cli.terminal import Terminal
from mcp_proof_contracts.rule import registry


def run(options: argparse.Namespace) -> int:
    """Print one line per rule: id, keyword, revisions, requirement."""
    console = Terminal()
    prefixes = tuple(options.prefixes)
    chosen = [rule for rule in registry if not prefixes or rule.id.startswith(prefixes)]
    for rule in chosen:
        where = f" ({rule.transport})" if rule.transport else ""
        console.print(
            f"[bold]{rule.id}[/]  {rule.keyword}  {rule.since}..{rule.until}{where}\n"
            f"    {escape(rule.requirement)}",
        )
    console.print(f"{len(chosen)} rules; `mcp-proof explain ID` shows one's page")
    return 0
