"""The campaign as JSON; its schema is `fuzz.schema.json`, beside that of `verify`."""

import json
from collections.abc import Sequence

from mcp_proof.fuzz.failure import Failure
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.clean import clean
from mcp_proof.reports.envelope import about, head
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secrets.mask import Mask


def json_report(runs: Sequence[FuzzTally]) -> bytes:
    """Return the envelope of a campaign, or one around those of several."""
    envelopes = [_envelope(run) for run in runs]
    report = envelopes[0] if len(runs) == 1 else _around(runs, envelopes)
    # The inputs are exact: half a surrogate pair is written out, which orjson would refuse.
    return (json.dumps(report, indent=2) + "\n").encode()


def _around(runs: Sequence[FuzzTally], envelopes: Sequence[Json]) -> Json:
    """What several campaigns came to together, and each of them."""
    return {
        **head("fuzz"),
        "interrupted": any(run.interrupted for run in runs),
        "counts": {level.value: sum(run.counts[level.value] for run in runs) for level in Level},
        "cases": sum(run.cases for run in runs),
        "runs": list(envelopes),
    }


def _envelope(run: FuzzTally) -> Json:
    finished = run.finished
    report: dict[str, Json] = {
        **head("fuzz"),
        **about(run.started, run.peer, run.spoken),
        "seconds": round(finished.seconds, 3) if finished is not None else None,
        "interrupted": run.interrupted,
        "lost": run.lost or None,
        "faults": list[Json](run.faults),
        "counts": dict(run.counts),
        "cases": run.cases,
        "calls": finished.calls if finished is not None else 0,
        "seed": run.seed,
        "tried": [{"tool": each.label, "cases": each.cases} for each in run.tried],
        "not_tried": [{"tool": each.label, "reason": each.reason} for each in run.not_tried],
    }
    failures = [_failure(run, failure) for failure in run.gravest_first]
    return {**_members(clean(report, run.mask)), "failures": failures}


def _failure(run: FuzzTally, failure: Failure) -> Json:
    complaint = failure.complaint
    told: dict[str, Json] = {
        "tool": failure.operation,
        "oracle": complaint.oracle,
        "level": complaint.level.value,
        "detail": complaint.detail,
        "message": complaint.message,
        "expected": complaint.expected,
        "actual": complaint.actual,
        "reproduce": failure.reproduce,
        "reproduced": failure.reproduced,
        "seen": failure.seen,
        "seed": failure.seed,
    }
    return {**_members(clean(told, run.mask)), "input": _masked(failure.case, run.mask)}


def _members(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict)
    return value


def _masked(value: Json, mask: Mask) -> Json:
    """Return an input without secrets, otherwise as it is: it is to be sent again."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list | tuple):
        return [_masked(item, mask) for item in value]
    if isinstance(value, dict):
        return {mask(name): _masked(member, mask) for name, member in value.items()}
    return value
