"""SARIF 2.1.0: a run for each campaign, a result for each failure.

What was not tried is a notification: GitHub takes every result for an alert.
"""

from collections.abc import Iterator, Sequence

from mcp_proof.fuzz.catalogue import about
from mcp_proof.fuzz.failure import Failure
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.clean import clean
from mcp_proof.reports.fingerprint import fingerprint, stable_peer
from mcp_proof.reports.fuzz.told import SEEN_ONCE, input_lines
from mcp_proof.reports.peer_name import peer_name
from mcp_proof.reports.sarif_driver import LEVEL, driver, oracle_descriptor, rule_descriptor
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
from mcp_proof_contracts.revision import LATEST
from mcp_proof_contracts.rule import registry


def sarif_report(runs: Sequence[FuzzTally]) -> bytes:
    """Return the report of one or more campaigns."""
    names = categories([category(run, "fuzz") for run in runs])
    return sarif_log(
        clean(_run(run, name), run.mask) for run, name in zip(runs, names, strict=True)
    )


def _run(run: FuzzTally, name: str) -> Json:
    oracles = list(dict.fromkeys(failure.complaint.oracle for failure in run.gravest_first))
    return {
        "tool": {"driver": driver([_descriptor(oracle, run) for oracle in oracles])},
        "automationDetails": {"id": name},
        "invocations": [invocation(run, _notifications(run))],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(run, failure, oracles.index(failure.complaint.oracle))
            for failure in run.gravest_first
        ],
        "properties": {
            **about_peer(run),
            "counts": dict(run.counts),
            "cases": run.cases,
        },
    }


def _descriptor(oracle: str, run: FuzzTally) -> Json:
    """Describe what complains: an oracle, or a rule of the catalogue."""
    rule = next((rule for rule in registry if rule.id == oracle), None)
    if rule is None:
        return oracle_descriptor(about(oracle))
    return rule_descriptor(rule, run.spoken or LATEST)


def _result(run: FuzzTally, failure: Failure, index: int) -> Json:
    complaint, shown = failure.complaint, "\n".join(input_lines(failure.case, QUOTED))
    where = fingerprint(
        complaint.oracle, stable_peer(peer_name(run)), failure.operation, complaint.detail
    )
    once = "" if failure.reproduced else f" It was {SEEN_ONCE}."
    return {
        "ruleId": complaint.oracle,
        "ruleIndex": index,
        "level": LEVEL[complaint.level],
        "message": message(
            f"{excerpt(failure.operation, 80)}: {complaint.message}",
            (f"{once}\n\nInput: {shown}" if shown else once).lstrip(),
            expected=complaint.expected,
            actual=complaint.actual,
            reproduce=failure.reproduce,
        ),
        "locations": [location(run.file, peer_name(run))],
        "partialFingerprints": fingerprints(where),
        "occurrenceCount": failure.seen,
        "properties": {
            "operation": failure.operation,
            "input": shown,
            "expected": excerpt(complaint.expected, QUOTED),
            "actual": excerpt(complaint.actual, QUOTED),
            "reproduce": failure.reproduce,
            "seed": failure.seed,
        },
    }


def _notifications(run: FuzzTally) -> Iterator[Json]:
    """What has no verdict."""
    for result in run.results:
        for reason in result.reasons:
            yield notification("not-tried", "note", f"{result.label}: {reason}")
