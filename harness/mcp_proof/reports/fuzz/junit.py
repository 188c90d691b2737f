"""JUnit XML: a suite for each campaign, a case for each operation.

What was not tried, or not to its end, is skipped with its reason and not passed; what does not fail
the run is told beside the cases.
"""

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from mcp_proof.fuzz.failure import Failure
from mcp_proof.fuzz.result import OperationResult
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.fuzz.told import details
from mcp_proof.reports.junit_xml import Suite, add_case, add_properties, document, finish
from mcp_proof.reports.peer_name import peer_name

SHOWN: Final = 2000
"""Characters of an input, and of what came."""


def junit_report(runs: Sequence[FuzzTally]) -> bytes:
    """Return the report of one or more campaigns."""
    root, names = ET.Element("testsuites"), list[str]()
    for number, run in enumerate(runs):
        # GitLab takes two cases for one when suite, class and name are the same.
        name = peer_name(run)
        twice = names.count(name)
        names.append(name)
        _fill(_suite(number, f"{name} ({twice + 1})" if twice else name, run).under(root), run)
    return document(root)


def _fill(suite: ET.Element, run: FuzzTally) -> None:
    seed = {"seed": str(run.seed)} if run.seed is not None else {}
    add_properties(suite, run.peer, cases=str(run.cases), **seed)
    for result in run.results:
        _add_case(suite, run, result)
    for what, text in _errors(run):
        case = add_case(suite, "mcp-proof.run", what)
        ET.SubElement(case, "error", {"message": text, "type": what})
    light = [failure for failure in run.gravest_first if not run.fails(failure)]
    finish(suite, "\n\n".join(map(_told, light)), run.mask)


def _suite(number: int, name: str, run: FuzzTally) -> Suite:
    failing, errors = sum(map(run.fails_by, run.results)), len(list(_errors(run)))
    return Suite(
        name=name,
        number=number,
        began=run.began,
        seconds=run.seconds,
        tests=len(run.results) + errors,
        failures=failing,
        errors=errors,
        skipped=sum(_is_skipped(run, result) for result in run.results),
    )


def _errors(run: FuzzTally) -> Iterator[tuple[str, str]]:
    """What kept the run from its end, as kind and text."""
    if run.lost:
        yield "lost", run.lost
    if run.interrupted:
        yield "interrupted", "the run was interrupted: only what was done is told"
    for fault in run.faults:
        yield "fault", f"a fault of mcp-proof itself: {fault}"


def _add_case(suite: ET.Element, run: FuzzTally, result: OperationResult) -> None:
    case = add_case(suite, "mcp-proof.fuzz", result.label)
    if _is_skipped(run, result):
        ET.SubElement(case, "skipped", {"message": f"not judged: {'; '.join(result.reasons)}"})
    failing = [failure for failure in result.failures if run.fails(failure)]
    if failing:
        # One element, for a case has one outcome: readers count no more, and some show no more.
        first = failing[0].complaint
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        said = {"message": f"{first.message}{more}", "type": first.oracle}
        ET.SubElement(case, "failure", said).text = "\n\n".join(map(_told, failing))


def _is_skipped(run: FuzzTally, result: OperationResult) -> bool:
    return bool(result.reasons) and not run.fails_by(result)


def _told(failure: Failure) -> str:
    complaint = failure.complaint
    head = f"{complaint.level} {failure.operation}: {complaint.message} ({complaint.oracle})"
    return "\n".join([head, *details(failure, SHOWN)])
