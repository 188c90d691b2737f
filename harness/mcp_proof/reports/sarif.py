"""SARIF 2.1.0, in the form that GitHub's code scanning accepts: one run per server and revision.

GitHub takes every result for an alert, of whatever `kind` it is. Only violations are results
therefore; what is untested is a notification, so that no reader takes it for a pass.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import orjson

from mcp_proof.events import VerdictReached
from mcp_proof.gate import Breach
from mcp_proof.reports.clean import clean
from mcp_proof.reports.evidence import evidence_text
from mcp_proof.reports.fingerprint import fingerprint, place, stable_peer
from mcp_proof.reports.matrix import peer_name, revision_name
from mcp_proof.reports.repository import repository_path
from mcp_proof.reports.sarif_driver import LEVEL, driver
from mcp_proof.tally import Tally
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import LATEST
from mcp_proof_contracts.rule import Finding, Outcome
from mcp_proof_contracts.transcript import Event

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
STAND_IN: Final = "mcp-proof.toml"
"""Where a finding is said to be when no file is known to have asked for the run.

GitHub refuses a whole upload for one result without the path of a file. The file need not exist;
this one is where a server would be configured. A URL would be refused as well.
"""
INTERRUPTED: Final = "The run was interrupted: only what was done is judged."
MAX_EVENTS: Final = 10
"""Events of one finding that are written out."""
QUOTED: Final = 600
"""Characters of what was expected, and of what came."""


def sarif_report(runs: Sequence[Tally]) -> bytes:
    """Return the report of one or more runs."""
    report: Json = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            clean(_run(tally, name), tally.mask)
            for tally, name in zip(runs, _categories(runs), strict=True)
        ],
    }
    return orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n"


def _categories(runs: Sequence[Tally]) -> list[str]:
    """The runs' names, as stable as the targets: GitHub refuses two of one name in a file."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for tally in runs:
        name = f"mcp-proof/{excerpt(stable_peer(peer_name(tally)))}/{revision_name(tally)}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}/{seen[name]}")
    # What follows the last slash names the single run and is not looked at.
    return [f"{name}/" for name in names]


def _run(tally: Tally, name: str) -> Json:
    rules = [reached.verdict.rule for reached in tally.verdicts]
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    results = [
        {**result, "ruleIndex": numbers[reached.verdict.rule.id]}
        for reached in tally.violated
        for result in _results(tally, reached)
    ]
    peer = tally.peer
    return {
        "tool": {"driver": driver(rules, tally.spoken or LATEST)},
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
    location = _location(tally)
    return {
        "ruleId": verdict.rule.id,
        "level": LEVEL[verdict.level],
        "message": _plain(_message(reached, first)),
        "locations": [location],
        # GitHub looks at the first one only, and makes it up of the file's lines if it is missing.
        "partialFingerprints": {"primaryLocationLineHash": identity, "mcpProofPlace/v1": identity},
        "occurrenceCount": len(findings),
        "codeFlows": [{"threadFlows": [{"locations": list[Json](_flow(first.events, location))}]}],
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


def _message(reached: VerdictReached, finding: Finding) -> str:
    """Return the text of a result; GitHub shows its first sentence as a title."""
    title = excerpt(finding.message)
    return (
        f"{title[:1].upper()}{title[1:]}. {reached.verdict.rule.requirement}\n\n"
        f"Expected: {excerpt(finding.expected, QUOTED)}\n\n"
        f"Actual: {excerpt(finding.actual, QUOTED)}\n\n"
        f"Reproduce: {reached.reproduce}"
    )


def _plain(text: str) -> Json:
    """A message in which nothing that the server says is a link: `[text](address)` (3.11.6)."""
    return {"text": text.replace("](", "] (")}


def _location(tally: Tally) -> dict[str, Json]:
    return {
        "physicalLocation": {
            "artifactLocation": {
                "uri": quote(os.fsencode(repository_path(tally.file) or STAND_IN))
            },
            "region": {"startLine": 1},
        },
        "logicalLocations": [{"fullyQualifiedName": peer_name(tally), "kind": "module"}],
    }


def _flow(events: Sequence[Event], location: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """The evidence, step by step; GitHub wants a file for each step as well."""
    for event in events[:MAX_EVENTS]:
        said = _plain(f"{event.sender.value}: {evidence_text(event)}")
        step = {"physicalLocation": location["physicalLocation"], "message": said}
        yield {"location": step, "executionOrder": event.seq}


def _invocation(tally: Tally, numbers: dict[str, int]) -> Json:
    invocation: dict[str, Json] = {
        "executionSuccessful": not (tally.lost or tally.interrupted or tally.faults),
        "toolExecutionNotifications": [*_failures(tally), *_untested(tally, numbers)],
        "toolConfigurationNotifications": [_breach(breach, numbers) for breach in tally.breaches],
    }
    if (began := tally.began) is not None:
        invocation["startTimeUtc"] = _utc(began)
        if tally.finished is not None:
            invocation["endTimeUtc"] = _utc(began + timedelta(seconds=tally.finished.seconds))
    return invocation


def _breach(breach: Breach, numbers: dict[str, int]) -> Json:
    told = _notification(breach.name, "error", breach.message)
    known = breach.subject in numbers
    return {**told, "associatedRule": _rule(breach.subject, numbers)} if known else told


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def _failures(tally: Tally) -> Iterator[Json]:
    """What kept the run from judging everything."""
    if tally.lost:
        yield _notification("lost", "error", tally.lost)
    if tally.not_spoken:
        yield _notification("not-spoken", "note", tally.not_spoken)
    if tally.interrupted:
        yield _notification("interrupted", "error", INTERRUPTED)
    for fault in tally.faults:
        yield _notification("own-fault", "error", fault)


def _untested(tally: Tally, numbers: dict[str, int]) -> Iterator[Json]:
    for reached in tally.verdicts:
        verdict = reached.verdict
        if verdict.outcome is Outcome.UNTESTED:
            rule = _rule(verdict.rule.id, numbers)
            yield {**_notification("untested", "note", verdict.reason), "associatedRule": rule}


def _rule(rule_id: str, numbers: dict[str, int]) -> Json:
    return {"id": rule_id, "index": numbers[rule_id]}


def _notification(name: str, level: str, text: str) -> dict[str, Json]:
    return {"descriptor": {"id": name}, "level": level, "message": _plain(text)}
