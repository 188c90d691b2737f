"""JUnit XML: one suite per run, one case per rule; untested is skipped with its reason, not passed.

It satisfies both schemas in use, the Ant one and that of the Jenkins xUnit plugin.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from mcp_proof.events import VerdictReached
from mcp_proof.reports.evidence import evidence_text
from mcp_proof.reports.matrix import matrix
from mcp_proof.tally import Tally
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.secrets.mask import Mask

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def junit_report(runs: Sequence[Tally]) -> bytes:
    """Return the report of one or more runs."""
    root = ET.Element("testsuites")
    for number, ((server, revision), tally) in enumerate(matrix(runs).runs.items()):
        # GitLab takes two cases for one when suite, class and name are the same.
        name = f"{server} {revision}" if len(runs) > 1 else server
        suite = ET.SubElement(root, "testsuite", {"name": name, **_attributes(number, tally)})
        _fill(suite, tally)
        _mask(suite, tally.mask)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{text}\n".encode()


def _fill(suite: ET.Element, tally: Tally) -> None:
    properties = ET.SubElement(suite, "properties")
    if (peer := tally.peer) is not None:
        facts = {"server": f"{peer.name} {peer.version}", "revision": peer.spoken}
        for name, value in {**facts, "transport": peer.transport}.items():
            ET.SubElement(properties, "property", {"name": name, "value": value})
    for reached in tally.verdicts:
        _add_case(suite, tally, reached)
    if tally.not_spoken:
        case = ET.SubElement(suite, "testcase", _named("mcp-proof.run", "revision"))
        ET.SubElement(case, "skipped", {"message": f"not spoken: {tally.not_spoken}"})
    for what, text in _errors(tally):
        case = ET.SubElement(suite, "testcase", _named("mcp-proof.run", what))
        ET.SubElement(case, "error", {"message": text, "type": what})
    for breach in tally.breaches:
        case = ET.SubElement(suite, "testcase", _named("mcp-proof.gate", breach.title))
        ET.SubElement(case, "failure", {"message": breach.message, "type": breach.name})
    warnings = [_warning(tally, reached) for reached in tally.violated if not tally.fails(reached)]
    ET.SubElement(suite, "system-out").text = "\n\n".join(warnings)
    ET.SubElement(suite, "system-err")


def _attributes(number: int, tally: Tally) -> dict[str, str]:
    """Return the attributes that the readers of JUnit XML expect of a suite."""
    began, finished, errors = tally.began, tally.finished, len(list(_errors(tally)))
    unspoken = int(bool(tally.not_spoken))
    return {
        "id": str(number),
        "package": "mcp-proof",
        "hostname": "localhost",
        **({"timestamp": f"{began:%Y-%m-%dT%H:%M:%S}"} if began is not None else {}),
        "tests": str(len(tally.verdicts) + unspoken + len(tally.breaches) + errors),
        "failures": str(sum(map(tally.fails, tally.verdicts)) + len(tally.breaches)),
        "errors": str(errors),
        "skipped": str(tally.counts[Outcome.UNTESTED.value] + unspoken),
        "time": f"{finished.seconds:.3f}" if finished is not None else "0",
    }


def _errors(tally: Tally) -> Iterator[tuple[str, str]]:
    """What kept the run from judging everything, as kind and text."""
    if tally.lost:
        yield "lost", tally.lost
    if tally.interrupted:
        yield "interrupted", "the run was interrupted: only what was done is judged"
    for fault in tally.faults:
        yield "fault", f"a fault of mcp-proof itself: {fault}"


def _add_case(suite: ET.Element, tally: Tally, reached: VerdictReached) -> None:
    verdict = reached.verdict
    page = verdict.rule.check.__module__.partition(".rules.")[2]
    case = ET.SubElement(suite, "testcase", _named(f"mcp-proof.{page}", verdict.rule.id))
    if verdict.outcome is Outcome.UNTESTED:
        ET.SubElement(case, "skipped", {"message": f"untested: {verdict.reason}"})
    elif tally.fails(reached):
        message = f"{verdict.rule.requirement} ({verdict.findings[0].message})"
        failure = {"message": message, "type": verdict.level.value}
        ET.SubElement(case, "failure", failure).text = _details(reached)


def _warning(tally: Tally, reached: VerdictReached) -> str:
    """Describe a violation that does not fail the run; a case has no place for it."""
    verdict, excuse = reached.verdict, tally.excuse(reached)
    why = f"excused: {excuse}" if excuse is not None else f"{verdict.level.value}, a warning"
    return f"{verdict.rule.id} ({why})\n{_details(reached)}"


def _details(reached: VerdictReached) -> str:
    lines: list[str] = []
    for finding in reached.verdict.findings[:5]:
        lines += [finding.message, f"expected: {finding.expected}", f"actual: {finding.actual}"]
        lines += [f"{event.sender.value}: {evidence_text(event)}" for event in finding.events]
    return "\n".join([*lines, f"reproduce: {reached.reproduce}"])


def _named(group: str, name: str) -> dict[str, str]:
    return {"classname": group, "name": name, "time": "0"}


def _mask(element: ET.Element, mask: Mask) -> None:
    """Hide secrets and what XML cannot hold, in every text and attribute."""
    for part in element.iter():
        part.text = _clean(part.text, mask) if part.text else part.text
        for name, value in part.attrib.items():
            part.set(name, _clean(value, mask))


def _clean(text: str, mask: Mask) -> str:
    return _FORBIDDEN.sub("\ufffd", mask(text))
