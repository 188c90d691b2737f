"""`mcp-proof rules`: the catalogue."""

import argparse

from rich.markup import escape

from mcp_proof.cli.terminal import Terminal
from mcp_proof.errors import UsageError
from mcp_proof.prefixes import chosen, prefix_problem
from mcp_proof_contracts.rule import Rule, registry


def run(options: argparse.Namespace) -> int:
    """Print one line per rule: id, level, revisions, requirement.

    Raises:
        UsageError: no rule begins with a prefix.
    """
    for prefix in options.prefixes:
        if (problem := prefix_problem(prefix)) is not None:
            raise UsageError(problem)
    console = Terminal()
    listed = [rule for rule in registry if chosen(rule.id, options.prefixes)]
    for rule in listed:
        where = f" ({rule.transport})" if rule.transport else ""
        console.print(
            f"[bold]{rule.id}[/]  {_weight(rule)}  {_span(rule)}{where}\n"
            f"    {escape(rule.requirement)}",
        )
    console.print(f"{len(listed)} rules; `mcp-proof explain ID` shows one's page")
    return 0


def _span(rule: Rule) -> str:
    """What a rule holds for, as short as it can be said."""
    return rule.validity.replace(" to ", "..")


def _weight(rule: Rule) -> str:
    """The level, with the keyword where the two differ, and how it was before."""
    level = rule.level(rule.latest)
    weight = level.value if rule.keyword.startswith(level) else f"{level.value} ({rule.keyword})"
    return f"{weight} since {rule.must_since}" if rule.must_since is not None else weight
