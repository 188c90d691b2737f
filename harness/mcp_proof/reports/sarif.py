"""SARIF 2.1.0, in the form that GitHub's code scanning accepts: one run per server and revision.

GitHub takes every result for an alert, of whatever `kind` it is. Only violations are results
therefore; what is untested is a notification, so that no reader takes it for a pass.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.events import VerdictReached
from mcp_proof.gate import Breach
from mcp_proof.reports.clean import clean
from mcp_proof.reports.evidence import evidence_text
from mcp_proof.reports.fingerprint import fingerprint, place, stable_peer
from mcp_proof.reports.matrix import peer_name, revision_name
from mcp_proof.reports.sarif_driver import LEVEL, driver, rule_descriptor
from mcp_proof.reports.sarif_log import (
    QUOTED,
    categories,
    fingerprints,
    location,
    message,
    notification,
    plain,
    sarif_log,
    times,
)
from mcp_proof.tally import Tally
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import LATEST
from mcp_proof_contracts.rule import Finding, Outcome
from mcp_proof_contracts.transcript import Event

INTERRUPTED: Final = "The run was interrupted: only what was done is judged."
MAX_EVENTS: Final = 10
"""Events of one finding that are written out."""


def sarif_report(runs: Sequence[Tally]) -> bytes:
    """Return the report of one or more runs."""
    names = categories([(peer_name(tally), revision_name(tally)) for tally in runs])
    return sarif_log(
        clean(_run(tally, name), tally.mask) for tally, name in zip(runs, names, strict=True)
    )


def _run(tally: Tally, name: str) -> Json:
    rules = [reached.verdict.rule for reached in tally.verdicts]
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    results = [
        {**result, "ruleIndex": numbers[reached.verdict.rule.id]}
        for reached in tally.violated
        for result in _results(tally, reached)
    ]
    descriptors = [rule_descriptor(rule, tally.spoken or LATEST) for rule in rules]
    peer = tally.peer
    return {
        "tool": {"driver": driver(descriptors)},
        "automationDetails": {"id": name},
        "invocations": [_invocation(tally, numbers)],
        "columnKind": "unicodeCodePoints",
        "results": list[Json](results),
        "properties": {
            "peer": peer_name(tally),
            "server": {"name": peer.name, "version": peer.version} if peer is not None else {},
            "revision": tally.spoken.value if tally.spoken is not None else None,
            "transport": peer.transport if peer is not None else None,
            "counts": tally.counts,
        },
    }


def _results(tally: Tally, reached: VerdictReached) -> Iterator[dict[str, Json]]:
    """One result per place: the findings of one place are mended together."""
    by_place: dict[str, list[Finding]] = {}
    for finding in reached.verdict.findings:
        by_place.setdefault(place(reached.verdict.rule, finding), []).append(finding)
    for where, findings in by_place.items():
        yield _result(tally, reached, where, findings)


def _result(
    tally: Tally, reached: VerdictReached, where: str, findings: Sequence[Finding]
) -> dict[str, Json]:
    verdict, first, excuse = reached.verdict, findings[0], tally.excuse(reached)
    identity = fingerprint(verdict.rule.id, stable_peer(peer_name(tally)), where)
    where_told = location(tally.file, peer_name(tally))
    return {
        "ruleId": verdict.rule.id,
        "level": LEVEL[verdict.level],
        "message": message(
            first.message,
            verdict.rule.requirement,
            expected=first.expected,
            actual=first.actual,
            reproduce=reached.reproduce,
        ),
        "locations": [where_told],
        "partialFingerprints": fingerprints(identity),
        "occurrenceCount": len(findings),
        "codeFlows": [
            {"threadFlows": [{"locations": list[Json](_flow(first.events, where_told))}]}
        ],
        # Either all results have this member or none, even if it is empty (3.27.23).
        "suppressions": [] if excuse is None else [_suppression(excuse)],
        "properties": {
            "place": excerpt(where),
            "expected": excerpt(first.expected, QUOTED),
            "actual": excerpt(first.actual, QUOTED),
            "reproduce": reached.reproduce,
        },
    }


def _suppression(excuse: str) -> Json:
    return {"kind": "external", "status": "accepted", "justification": excuse}


def _flow(events: Sequence[Event], location: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """The evidence, step by step; GitHub wants a file for each step as well."""
    for event in events[:MAX_EVENTS]:
        said = plain(f"{event.sender.value}: {evidence_text(event)}")
        step = {"physicalLocation": location["physicalLocation"], "message": said}
        yield {"location": step, "executionOrder": event.seq}


def _invocation(tally: Tally, numbers: dict[str, int]) -> Json:
    finished = tally.finished
    return {
        "executionSuccessful": not (tally.lost or tally.interrupted or tally.faults),
        "toolExecutionNotifications": [*_failures(tally), *_untested(tally, numbers)],
        "toolConfigurationNotifications": [_breach(breach, numbers) for breach in tally.breaches],
        **times(tally.began, finished.seconds if finished is not None else None),
    }


def _breach(breach: Breach, numbers: dict[str, int]) -> Json:
    told = notification(breach.name, "error", breach.message)
    known = breach.subject in numbers
    return {**told, "associatedRule": _rule(breach.subject, numbers)} if known else told


def _failures(tally: Tally) -> Iterator[Json]:
    """What kept the run from judging everything."""
    if tally.lost:
        yield notification("lost", "error", tally.lost)
    if tally.not_spoken:
        yield notification("not-spoken", "note", tally.not_spoken)
    if tally.interrupted:
        yield notification("interrupted", "error", INTERRUPTED)
    for fault in tally.faults:
        yield notification("own-fault", "error", fault)


def _untested(tally: Tally, numbers: dict[str, int]) -> Iterator[Json]:
    for reached in tally.verdicts:
        verdict = reached.verdict
        if verdict.outcome is Outcome.UNTESTED:
            rule = _rule(verdict.rule.id, numbers)
            yield {**notification("untested", "note", verdict.reason), "associatedRule": rule}


def _rule(rule_id: str, numbers: dict[str, int]) -> Json:
    return {"id": rule_id, "index": numbers[rule_id]}
