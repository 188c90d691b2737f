"""A comparison as JSON; its schema is `diff.schema.json`, beside that of `verify`."""

import json
from collections.abc import Sequence

from mcp_proof.diff.comparison import Comparison
from mcp_proof.reports.clean import clean
from mcp_proof.reports.envelope import head
from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.schemas.obstacle import too_deep
from mcp_proof_contracts.json_value import Json


def json_report(runs: Sequence[Comparison]) -> bytes:
    """Return the envelope of a comparison."""
    (comparison,) = runs
    return (json.dumps(clean(_envelope(comparison), comparison.mask), indent=2) + "\n").encode()


def _envelope(comparison: Comparison) -> Json:
    info = comparison.info
    return {
        **head("diff"),
        "peer": comparison.new,
        "server": {name: info[name] for name in ("name", "version") if name in info},
        "revision": None,
        "transport": None,
        "dialect": comparison.dialect.value,
        "started": None,
        "seconds": None,
        "old": comparison.old,
        "new": comparison.new,
        "verdict": comparison.verdict.value,
        "semver": comparison.semver.value,
        "counts": {effect.value: comparison.count(effect) for effect in Effect},
        "changes": [_change(change) for change in comparison.changes],
    }


def _change(change: Change) -> Json:
    told: dict[str, Json] = {
        "path": change.path,
        "kind": change.kind,
        "verdict": change.effect.value,
        "why": change.why,
        "adds": change.adds,
    }
    shown = (("old", change.old, "added"), ("new", change.new, "removed"))
    return told | {
        name: held
        for name, held, missing in shown
        if change.kind != missing and held is not None and not too_deep(held)
    }
