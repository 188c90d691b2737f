"""A comparison on the terminal: the gravest changes first, at the end what they come to."""

from typing import Final

from rich.console import Console
from rich.markup import escape

from mcp_proof.diff.comparison import Comparison
from mcp_proof.reports.diff.headline import headline
from mcp_proof.reports.diff.told import place, values
from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.excerpt import excerpt, printable_lines
from mcp_proof_contracts.secrets.mask import Mask

STYLE: Final = {Effect.BREAKING: "bold red", Effect.UNKNOWN: "yellow", Effect.COMPATIBLE: "green"}
QUOTED: Final = 160
"""Characters of what was there, and of what is."""


def show(comparison: Comparison, console: Console, *, quiet: bool) -> None:
    """Print a comparison; only what fails it where it is to be quiet."""
    mask = comparison.mask
    if not quiet:
        _print(console, f"[bold]{_text(comparison.old, mask)} → {_text(comparison.new, mask)}[/]")
    for change in comparison.gravest_first:
        if not quiet or comparison.fails(change):
            _show(console, change, mask)
    style = STYLE[comparison.verdict] if comparison.changes else "bold"
    _print(console, f"\n[{style}]{headline(comparison)}[/]")


def _show(console: Console, change: Change, mask: Mask) -> None:
    where = _text(place(change), mask)
    _print(console, f"\n[{STYLE[change.effect]}]{change.effect:10}[/] {where} {change.kind}")
    _print(console, f"  [bold]{_text(excerpt(change.why, 2 * QUOTED), mask)}[/]")
    for name, value in values(change):
        _print(console, f"    {name} {_text(excerpt(value, QUOTED), mask)}")


def _text(text: str, mask: Mask) -> str:
    return escape(printable_lines(mask(text)))


def _print(console: Console, line: str) -> None:
    console.print(line, soft_wrap=True, highlight=False)
