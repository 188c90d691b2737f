"""JUnit XML: a suite for each run, a case for each rule; untested is skipped, not passed."""

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from mcp_proof.events import VerdictReached
from mcp_proof.reports.evidence import evidence_text
from mcp_proof.reports.junit_xml import Suite, add_case, add_properties, document, finish
from mcp_proof.reports.matrix import matrix
from mcp_proof.tally import Tally
from mcp_proof_contracts.rule import Outcome


def junit_report(runs: Sequence[Tally]) -> bytes:
    """Return the report of one or more runs."""
    root = ET.Element("testsuites")
    for number, ((server, revision), tally) in enumerate(matrix(runs).runs.items()):
        # GitLab takes two cases for one when suite, class and name are the same.
        name = f"{server} {revision}" if len(runs) > 1 else server
        _fill(_suite(number, name, tally).under(root), tally)
    return document(root)


def _fill(suite: ET.Element, tally: Tally) -> None:
    add_properties(suite, tally.peer)
    for reached in tally.verdicts:
        _add_case(suite, tally, reached)
    if tally.not_spoken:
        case = add_case(suite, "mcp-proof.run", "revision")
        ET.SubElement(case, "skipped", {"message": f"not spoken: {tally.not_spoken}"})
    for what, text in _errors(tally):
        case = add_case(suite, "mcp-proof.run", what)
        ET.SubElement(case, "error", {"message": text, "type": what})
    for breach in tally.breaches:
        case = add_case(suite, "mcp-proof.gate", breach.title)
        ET.SubElement(case, "failure", {"message": breach.message, "type": breach.name})
    warnings = [_warning(tally, reached) for reached in tally.violated if not tally.fails(reached)]
    finish(suite, "\n\n".join(warnings), tally.mask)


def _suite(number: int, name: str, tally: Tally) -> Suite:
    errors, unspoken = len(list(_errors(tally))), int(bool(tally.not_spoken))
    return Suite(
        name=name,
        number=number,
        began=tally.began,
        seconds=tally.finished.seconds if tally.finished is not None else None,
        tests=len(tally.verdicts) + unspoken + len(tally.breaches) + errors,
        failures=sum(map(tally.fails, tally.verdicts)) + len(tally.breaches),
        errors=errors,
        skipped=tally.counts[Outcome.UNTESTED.value] + unspoken,
    )


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
    case = add_case(suite, f"mcp-proof.{page}", verdict.rule.id)
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
