"""SARIF 2.1.0: a result for each change that breaks clients, or could not be proved harmless.

Compatible ones are left out: GitHub takes every result for an alert.
"""

from collections.abc import Sequence
from typing import Final

from mcp_proof.diff.comparison import LEVELS, Comparison
from mcp_proof.reports.clean import clean
from mcp_proof.reports.diff.told import RULES, place, title, value
from mcp_proof.reports.fingerprint import fingerprint, stable_peer
from mcp_proof.reports.sarif_driver import LEVEL, descriptor, driver
from mcp_proof.reports.sarif_log import (
    QUOTED,
    categories,
    fingerprints,
    location,
    message,
    sarif_log,
)
from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json

ALERTS: Final = (Effect.BREAKING, Effect.UNKNOWN)


def sarif_report(runs: Sequence[Comparison]) -> bytes:
    """Return the report of a comparison."""
    names = categories([(comparison.new, "diff") for comparison in runs])
    return sarif_log(
        clean(_run(comparison, name), comparison.mask)
        for comparison, name in zip(runs, names, strict=True)
    )


def _run(comparison: Comparison, name: str) -> Json:
    return {
        "tool": {"driver": driver([_descriptor(effect) for effect in ALERTS])},
        "automationDetails": {"id": name},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(comparison, change)
            for change in comparison.gravest_first
            if change.effect in ALERTS
        ],
        "properties": {
            "old": comparison.old,
            "new": comparison.new,
            "verdict": comparison.verdict.value,
            "semver": comparison.semver.value,
        },
    }


def _descriptor(effect: Effect) -> Json:
    name, summary = RULES[effect]
    return descriptor(name, summary, LEVELS[effect], "compatibility")


def _result(comparison: Comparison, change: Change) -> Json:
    rule = RULES[change.effect][0]
    where = fingerprint(rule, stable_peer(comparison.new), change.path, change.kind)
    return {
        "ruleId": rule,
        "ruleIndex": ALERTS.index(change.effect),
        "level": LEVEL[LEVELS[change.effect]],
        "message": message(
            title(change),
            change.why,
            old=_value(change.old),
            new=_value(change.new),
            reproduce=f"mcp-proof diff, {comparison.old} with {comparison.new}",
        ),
        "locations": [location(comparison.file, comparison.new)],
        "partialFingerprints": fingerprints(where),
        "properties": {
            "path": place(change),
            "kind": change.kind,
            "verdict": change.effect.value,
            "old": excerpt(_value(change.old), QUOTED),
            "new": excerpt(_value(change.new), QUOTED),
        },
    }


def _value(held: Json) -> str:
    return "nothing" if held is None else value(held)
