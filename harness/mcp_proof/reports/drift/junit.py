"""JUnit XML: a suite for each comparison, a case for each request. What was not sent is skipped."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from mcp_proof.drift.difference import Difference
from mcp_proof.drift.events import Compared, Verdict
from mcp_proof.drift.tally import DriftTally
from mcp_proof.reports.drift.told import asked_with, message
from mcp_proof.reports.junit_xml import Suite, add_case, add_properties, document, finish
from mcp_proof.reports.peer_name import peer_name
from mcp_proof_contracts.excerpt import excerpt

SHOWN: Final = 2000
"""Characters of what was recorded, and of what came."""
NAMED: Final = 200
"""Characters of parameters in the name of a case."""


def junit_report(runs: Sequence[DriftTally]) -> bytes:
    """Return the report of one or more comparisons."""
    root, names = ET.Element("testsuites"), Counter[str]()
    for number, run in enumerate(runs):
        # GitLab takes two cases for one when suite, class and name are the same.
        name = peer_name(run)
        names[name] += 1
        twice = f" ({names[name]})" if names[name] > 1 else ""
        _fill(_suite(number, f"{name}{twice}", run).under(root), run)
    return document(root)


def _fill(suite: ET.Element, run: DriftTally) -> None:
    add_properties(suite, run.peer, recording=run.file)
    seen: Counter[str] = Counter()
    for result in run.results:
        _add_case(suite, result, seen)
    for what, text in _errors(run):
        case = add_case(suite, "mcp-proof.run", what)
        ET.SubElement(case, "error", {"message": text, "type": what})
    finish(suite, "", run.mask)


def _suite(number: int, name: str, run: DriftTally) -> Suite:
    errors = len(list(_errors(run)))
    return Suite(
        name=name,
        number=number,
        began=run.began,
        seconds=run.seconds,
        tests=len(run.results) + errors,
        failures=len(run.of(Verdict.DRIFTED)),
        errors=errors,
        skipped=len(run.of(Verdict.UNTESTED)),
    )


def _errors(run: DriftTally) -> Iterator[tuple[str, str]]:
    """What kept the run from its end, as kind and text."""
    if run.lost:
        yield "lost", run.lost
    if run.interrupted:
        yield "interrupted", "the run was interrupted: only what was done is told"
    for fault in run.faults:
        yield "fault", f"a fault of mcp-proof itself: {fault}"


def _add_case(suite: ET.Element, result: Compared, seen: Counter[str]) -> None:
    arguments = f" {asked_with(result, NAMED)}" if result.params else ""
    name = f"{result.operation}{arguments}"
    seen[name] += 1
    case = add_case(suite, "mcp-proof.drift", f"{name} ({seen[name]})" if seen[name] > 1 else name)
    if result.verdict is Verdict.UNTESTED:
        ET.SubElement(case, "skipped", {"message": f"untested: {result.reason}"})
    elif result.verdict is Verdict.DRIFTED:
        first, *others = result.differences
        more = f" (and {len(others)} more)" if others else ""
        said = {"message": f"{message(first)}{more}", "type": first.change.value}
        text = "\n\n".join(map(_told, result.differences))
        ET.SubElement(case, "failure", said).text = text


def _told(difference: Difference) -> str:
    return "\n".join(
        [
            message(difference),
            f"recorded: {excerpt(difference.recorded, SHOWN)}",
            f"actual: {excerpt(difference.actual, SHOWN)}",
            f"because: {difference.why}",
        ]
    )
