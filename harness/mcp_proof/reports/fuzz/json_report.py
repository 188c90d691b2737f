"""The campaign as JSON; its shape is in `fuzz.schema.json`, and only grows."""

import json
from collections.abc import Sequence
from importlib.metadata import version

from mcp_proof.fuzz.failure import Failure
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof_contracts.json_value import Json


def json_report(runs: Sequence[FuzzTally]) -> bytes:
    """Return one campaign, or several in a list under `runs`."""
    reports = [_report(run) for run in runs]
    whole = reports[0] if len(reports) == 1 else {"runs": reports}
    return (json.dumps(whole, indent=2) + "\n").encode()


def _report(run: FuzzTally) -> dict[str, Json]:
    peer, started, finished = run.peer, run.started, run.finished
    return {
        "tool": "mcp-proof",
        "version": version("mcp-proof"),
        "command": "fuzz",
        "peer": run.mask(started.peer) if started is not None else "",
        "revision": str(peer.spoken) if peer is not None else None,
        "transport": peer.transport if peer is not None else None,
        "started": started.started if started is not None else "",
        "seconds": round(finished.seconds, 3) if finished is not None else 0,
        "interrupted": finished.interrupted if finished is not None else False,
        "lost": run.mask(run.lost),
        "cases": run.cases,
        "calls": finished.calls if finished is not None else 0,
        "counts": dict(run.counts),
        "failures": [_failure(run, failure) for failure in run.gravest_first],
        "tried": [{"tool": each.label, "cases": each.cases} for each in run.tried],
        "not_tried": [
            {"tool": each.label, "reason": run.mask(each.reason)} for each in run.not_tried
        ],
    }


def _failure(run: FuzzTally, failure: Failure) -> dict[str, Json]:
    complaint = failure.complaint
    return {
        "tool": failure.operation,
        "oracle": complaint.oracle,
        "level": complaint.level.value,
        "detail": complaint.detail,
        "input": failure.case,
        "message": run.mask(complaint.message),
        "expected": run.mask(complaint.expected),
        "actual": run.mask(complaint.actual),
        "reproduce": run.mask(failure.reproduce),
        "reproduced": failure.reproduced,
        "seen": failure.seen,
        "seed": failure.seed,
    }
