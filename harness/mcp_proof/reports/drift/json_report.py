"""The comparison as JSON; its schema is `drift.schema.json`, beside that of `verify`."""

import json
from collections.abc import Sequence

from mcp_proof.drift.difference import Difference
from mcp_proof.drift.events import Compared, Verdict
from mcp_proof.drift.tally import Drift, DriftTally
from mcp_proof.reports.clean import clean
from mcp_proof.reports.drift.told import message
from mcp_proof.reports.envelope import about, head
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.redaction import redacted_value


def json_report(runs: Sequence[DriftTally]) -> bytes:
    """Return the envelope of a comparison, or one around those of several."""
    envelopes = [_envelope(run) for run in runs]
    report = envelopes[0] if len(runs) == 1 else _around(runs, envelopes)
    return (json.dumps(report, indent=2) + "\n").encode()


def _around(runs: Sequence[DriftTally], envelopes: Sequence[Json]) -> Json:
    """What several comparisons came to together, and each of them."""
    return {
        **head("drift"),
        "interrupted": any(run.interrupted for run in runs),
        "counts": {each.value: sum(run.counts[each.value] for run in runs) for each in Verdict},
        "runs": list(envelopes),
    }


def _envelope(run: DriftTally) -> Json:
    report: dict[str, Json] = {
        **head("drift"),
        **about(run.started, run.peer, run.spoken),
        "recording": run.file,
        "seconds": round(run.seconds, 3) if run.seconds is not None else None,
        "interrupted": run.interrupted,
        "lost": run.lost or None,
        "faults": list[Json](run.faults),
        "counts": dict(run.counts),
        "differences": [_drift(drift) for drift in run.drifts],
    }
    shown = clean(report, run.mask)
    assert isinstance(shown, dict)
    return {**shown, "requests": [_request(run, result) for result in run.results]}


def _drift(drift: Drift) -> Json:
    return {"operation": drift.operation, **_difference(drift.difference), "seen": drift.seen}


def _difference(difference: Difference) -> dict[str, Json]:
    return {
        "path": difference.path,
        "change": difference.change.value,
        "message": message(difference),
        "recorded": difference.recorded,
        "actual": difference.actual,
        "why": difference.why,
    }


def _request(run: DriftTally, result: Compared) -> Json:
    told: dict[str, Json] = {
        "operation": result.operation,
        "verdict": result.verdict.value,
        "reason": result.reason or None,
        "recorded": result.recorded,
        "differences": [_difference(each) for each in result.differences],
    }
    shown = clean(told, run.mask)
    assert isinstance(shown, dict)
    return {**shown, "params": redacted_value(dict(result.params), run.mask)}
