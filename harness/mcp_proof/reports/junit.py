"""JUnit XML: one test case per rule; untested is skipped with its reason, never passed."""

import re
from typing import Final
from xml.etree import ElementTree as ET

from mcp_proof.events import VerdictReached
from mcp_proof.reports.evidence import evidence_text
from mcp_proof.tally import Tally
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.secret import masked

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def junit_report(tally: Tally) -> bytes:
    """Return the report of a run."""
    failures = sum(map(tally.fails, tally.verdicts)) + len(tally.stale)
    skipped = tally.counts[Outcome.UNTESTED.value]
    seconds = f"{tally.finished.seconds:.3f}" if tally.finished is not None else "0"
    numbers = {
        "tests": str(len(tally.verdicts) + len(tally.stale)),
        "failures": str(failures),
        "errors": "0",
        "time": seconds,
    }
    root = ET.Element("testsuites", {"name": "mcp-proof", **numbers})
    peer = tally.peer
    suite = ET.SubElement(
        root,
        "testsuite",
        {
            "name": _clean(peer.peer) if peer is not None else "mcp-proof",
            **numbers,
            "skipped": str(skipped),
            "timestamp": peer.started.partition("+")[0] if peer is not None else "",
        },
    )
    for reached in tally.verdicts:
        _add_case(suite, tally, reached)
    for rule_id in tally.stale:
        case = ET.SubElement(suite, "testcase", _named("baseline", rule_id))
        text = f"the baseline excuses {rule_id}, which is now kept: remove the entry"
        ET.SubElement(case, "failure", {"message": text, "type": "stale"})
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{text}\n".encode()


def _add_case(suite: ET.Element, tally: Tally, reached: VerdictReached) -> None:
    verdict = reached.verdict
    page = verdict.rule.check.__module__.partition(".rules.")[2]
    case = ET.SubElement(suite, "testcase", _named(f"mcp-proof.{page}", verdict.rule.id))
    if verdict.outcome is Outcome.UNTESTED:
        ET.SubElement(case, "skipped", {"message": _clean(f"untested: {verdict.reason}")})
    elif verdict.outcome is Outcome.VIOLATED:
        text = _clean(_details(reached))
        if tally.fails(reached):
            kind = verdict.level.value
            message = _clean(f"{verdict.rule.requirement} ({verdict.findings[0].message})")
            ET.SubElement(case, "failure", {"message": message, "type": kind}).text = text
        else:
            excuse = tally.excuse(reached)
            why = f"excused: {excuse}" if excuse is not None else f"{verdict.level.value} (warning)"
            ET.SubElement(case, "system-out").text = _clean(f"{why}\n{text}")


def _details(reached: VerdictReached) -> str:
    lines: list[str] = []
    for finding in reached.verdict.findings[:5]:
        lines += [finding.message, f"expected: {finding.expected}", f"actual: {finding.actual}"]
        lines += [f"{event.sender.value}: {evidence_text(event)}" for event in finding.events]
    return "\n".join([*lines, f"reproduce: {reached.reproduce}"])


def _named(group: str, name: str) -> dict[str, str]:
    return {"classname": group, "name": name, "time": "0"}


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", masked(text))
