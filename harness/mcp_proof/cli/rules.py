"""`mcp-proof rules`: the catalogue."""

import argparse
from collections.abc import Iterable

from rich.markup import escape

from mcp_proof.cli.terminal import Terminal
from mcp_proof.errors import UsageError
from mcp_proof.prefixes import chosen, prefix_problem
from mcp_proof_contracts.requirements import Coverage, areas, coverage, deferred
from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_contracts.rule import Rule, registry
from mcp_proof_contracts.transcript import Sender


def run(options: argparse.Namespace) -> int:
    """Print one line per rule: id, level, revisions, requirement; or how many there are.

    Raises:
        UsageError: no rule begins with a prefix.
    """
    if options.stats:
        return _count()
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


def _count() -> int:
    """Print how many of the rules that each side has to keep are there, by area and revision."""
    console = Terminal()
    for side in (Sender.SERVER, Sender.CLIENT):
        rows = {a: [coverage(side, a, r) for r in REVISIONS] for a in areas(side)}
        columns = zip(*rows.values(), strict=True)
        sums = [Coverage(*map(sum, zip(*column, strict=True))) for column in columns]
        console.print(_row(f"{side}s", REVISIONS))
        for area, counted in {**rows, "all": sums}.items():
            console.print(_row(area, map(_cell, counted)))
        for rule_id, why in deferred(side).items():
            console.print(f"{rule_id} is deferred: {escape(why)}")
    console.print("implemented/required; -n: so many of them are deferred")
    return 0


def _row(name: str, cells: Iterable[str]) -> str:
    return f"{name:33}" + "".join(f"{cell:>12}" for cell in cells)


def _cell(counted: Coverage) -> str:
    if not counted.required:
        return ""
    later = f" -{counted.deferred}" if counted.deferred else ""
    return f"{counted.implemented}/{counted.required}{later}"


def _span(rule: Rule) -> str:
    """What a rule holds for, as short as it can be said."""
    return rule.validity.replace(" to ", "..")


def _weight(rule: Rule) -> str:
    """The level, with the keyword where the two differ, and how it was before."""
    level = rule.level(rule.latest)
    weight = level.value if rule.keyword.startswith(level) else f"{level.value} ({rule.keyword})"
    return f"{weight} since {rule.must_since}" if rule.must_since is not None else weight
