"""JUnit XML: a suite for the comparison, a case for each change.

One that could not be proved harmless is skipped with its reason, and not passed, unless it fails.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from mcp_proof.diff.comparison import Comparison
from mcp_proof.reports.diff.headline import headline
from mcp_proof.reports.diff.told import RULES, place, title, values
from mcp_proof.reports.junit_xml import Suite, add_case, add_properties, document, finish
from mcp_proof_contracts.compatibility.change import Change, Effect

NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Readers want a time, but the same comparison gives the same report."""


def junit_report(runs: Sequence[Comparison]) -> bytes:
    """Return the report of a comparison."""
    root = ET.Element("testsuites")
    for number, comparison in enumerate(runs):
        _fill(_suite(number, comparison).under(root), comparison)
    return document(root)


def _suite(number: int, comparison: Comparison) -> Suite:
    return Suite(
        name=f"{comparison.old} → {comparison.new}",
        number=number,
        began=NO_TIME,
        seconds=None,
        tests=max(1, len(comparison.changes)),
        failures=sum(map(comparison.fails, comparison.changes)),
        errors=0,
        skipped=sum(_is_skipped(comparison, change) for change in comparison.changes),
    )


def _fill(suite: ET.Element, comparison: Comparison) -> None:
    verdict, semver = comparison.verdict.value, comparison.semver.value
    add_properties(suite, None, verdict=verdict, semver=semver)
    for change in comparison.gravest_first:
        case = add_case(suite, "mcp-proof.diff", title(change))
        if comparison.fails(change):
            said = {"message": change.why, "type": RULES[change.effect][0]}
            ET.SubElement(case, "failure", said).text = "\n".join(_lines(change))
        elif _is_skipped(comparison, change):
            ET.SubElement(case, "skipped", {"message": change.why})
    if not comparison.changes:
        add_case(suite, "mcp-proof.diff", "nothing changed")
    finish(suite, headline(comparison), comparison.mask)


def _is_skipped(comparison: Comparison, change: Change) -> bool:
    return change.effect is Effect.UNKNOWN and not comparison.fails(change)


def _lines(change: Change) -> list[str]:
    told = [f"{name}: {value}" for name, value in values(change)]
    return [f"{place(change)}: {change.why}", *told]
