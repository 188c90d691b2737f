"""The three counts as a bar."""

from collections.abc import Mapping
from typing import Final

from mcp_proof.reports.html.element import Node, el
from mcp_proof_contracts.rule import Outcome

SMALLEST: Final = 1.5
"""Percent of a bar that the smallest part takes, so that a single violation is seen."""


def bar(counts: Mapping[str, int]) -> Node:
    """Return a bar of full width; it is decoration, for the counts stand beside it as text."""
    drawn = el("svg", class_="bar", aria_hidden="true")
    start = 0.0
    for outcome, width in _widths(counts).items():
        drawn.append(
            el("rect", class_=outcome, x=f"{start:.2f}%", width=f"{width:.2f}%", height="100%")
        )
        start += width
    return drawn


def _widths(counts: Mapping[str, int]) -> dict[str, float]:
    """Percent of the bar by outcome, in the order passed, violated, untested."""
    total = sum(counts.values())
    present = [outcome.value for outcome in Outcome if counts.get(outcome.value)]
    spare = 100 - SMALLEST * len(present)
    return {name: SMALLEST + spare * counts[name] / total for name in present}


def counts_text(counts: Mapping[str, int]) -> Node:
    """Return the counts in words, each with its mark."""
    parts = [
        el("span", el("b", str(counts[outcome.value])), f" {outcome.value}", class_=outcome.value)
        for outcome in Outcome
    ]
    return el("p", *(part for pair in parts for part in (pair, " ")), class_="counts")
