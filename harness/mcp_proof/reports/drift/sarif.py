"""SARIF 2.1.0: a run for each comparison, a result for each difference.

What was not sent is a notification: GitHub takes every result for an alert.
"""

from collections.abc import Iterator, Sequence

from mcp_proof.drift.difference import Change
from mcp_proof.drift.events import Verdict
from mcp_proof.drift.tally import Drift, DriftTally
from mcp_proof.reports.clean import clean
from mcp_proof.reports.drift.told import ABOUT, asked_with, title
from mcp_proof.reports.fingerprint import fingerprint, stable_peer
from mcp_proof.reports.peer_name import peer_name
from mcp_proof.reports.sarif_driver import descriptor, driver
from mcp_proof.reports.sarif_log import (
    QUOTED,
    categories,
    fingerprints,
    location,
    message,
    notification,
    sarif_log,
)
from mcp_proof.reports.sarif_run import about_peer, category, invocation
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Level


def sarif_report(runs: Sequence[DriftTally]) -> bytes:
    """Return the report of one or more comparisons."""
    names = categories([category(run, "drift") for run in runs])
    return sarif_log(
        clean(_run(run, name), run.mask) for run, name in zip(runs, names, strict=True)
    )


def _run(run: DriftTally, name: str) -> Json:
    drifts = run.drifts
    kinds = list(dict.fromkeys(drift.difference.change for drift in drifts))
    return {
        "tool": {"driver": driver([_descriptor(kind) for kind in kinds])},
        "automationDetails": {"id": name},
        "invocations": [invocation(run, _notifications(run))],
        "columnKind": "unicodeCodePoints",
        "results": [_result(run, drift, kinds.index(drift.difference.change)) for drift in drifts],
        "properties": {
            **about_peer(run),
            "recording": run.file,
            "counts": dict(run.counts),
        },
    }


def _id(change: Change) -> str:
    return f"drift-{change}"


def _descriptor(change: Change) -> Json:
    return descriptor(_id(change), ABOUT[change], Level.MUST, "drift")


def _result(run: DriftTally, drift: Drift, index: int) -> Json:
    difference = drift.difference
    where = fingerprint(
        _id(difference.change), stable_peer(peer_name(run)), drift.operation, difference.path
    )
    shown = asked_with(drift, QUOTED) if drift.params else ""
    return {
        "ruleId": _id(difference.change),
        "ruleIndex": index,
        "level": "error",
        "message": message(
            title(drift),
            f"{difference.why}." + (f"\n\nAsked with: {shown}" if shown else ""),
            expected=difference.recorded,
            actual=difference.actual,
            reproduce="mcp-proof drift with this recording",
        ),
        "locations": [location(run.file, peer_name(run))],
        "partialFingerprints": fingerprints(where),
        "occurrenceCount": drift.seen,
        "properties": {
            "operation": drift.operation,
            "path": difference.path,
            "recorded": excerpt(difference.recorded, QUOTED),
            "actual": excerpt(difference.actual, QUOTED),
        },
    }


def _notifications(run: DriftTally) -> Iterator[Json]:
    """What has no verdict."""
    for result in run.of(Verdict.UNTESTED):
        yield notification("not-sent", "note", f"{result.operation}: {result.reason}")
