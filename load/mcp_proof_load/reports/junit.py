"""JUnit XML: a suite for each run; a case for each limit, each kind of violation, and for the load.

What could not be judged is skipped with its reason.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from mcp_proof.reports.junit_xml import Suite, add_case, add_properties, document, finish
from mcp_proof.reports.peer_name import peer_name
from mcp_proof_load.budget.limit import Checked
from mcp_proof_load.events import Kind, Violated
from mcp_proof_load.reports.headline import headline
from mcp_proof_load.reports.told import (
    KEPT,
    details,
    endings,
    limit_cells,
    limit_reason,
    place,
    plan_line,
    violations_in_words,
)
from mcp_proof_load.reports.unjudged import unjudged
from mcp_proof_load.tally import LoadTally

SHOWN: Final = 2000
"""Characters of what was expected, and of what came."""
MOST: Final = 50
"""Violations of one kind that are written out; the JSON report has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case: passed, unless it says otherwise."""

    group: str
    name: str
    outcome: str = ""
    """`failure`, `error` or `skipped`."""
    message: str = ""
    type: str = ""
    text: str = ""


def junit_report(runs: Sequence[LoadTally]) -> bytes:
    """Return the report of one or more runs."""
    root, names = ET.Element("testsuites"), Counter[str]()
    for number, run in enumerate(runs):
        # GitLab takes two cases for one when suite, class and name are the same.
        name = peer_name(run)
        names[name] += 1
        twice = f" ({names[name]})" if names[name] > 1 else ""
        _add_suite(root, number, f"{name}{twice}", run)
    return document(root)


def _add_suite(root: ET.Element, number: int, name: str, run: LoadTally) -> None:
    cases = [_calls(run), *_limits(run), *_kinds(run), *_errors(run)]
    outcomes = Counter(case.outcome for case in cases)
    suite = Suite(
        name=name,
        number=number,
        began=run.began,
        seconds=run.seconds,
        tests=len(cases),
        failures=outcomes["failure"],
        errors=outcomes["error"],
        skipped=outcomes["skipped"],
    ).under(root)
    planned = {"load": plan_line(run.planned)} if run.planned is not None else {}
    add_properties(suite, run.peer, **planned)
    for case in cases:
        _add(suite, case)
    finish(suite, headline(run), run.mask)


def _add(suite: ET.Element, case: Case) -> None:
    added = add_case(suite, f"mcp-proof.load.{case.group}", case.name)
    if not case.outcome:
        return
    said = {"message": case.message, "type": case.type} if case.type else {"message": case.message}
    ET.SubElement(added, case.outcome, said).text = case.text or None


def _calls(run: LoadTally) -> Case:
    counts = run.judged.counts
    name = "calls were made and answered"
    if counts.answered:
        return Case(group="calls", name=name)
    text = f"after the warm-up: {endings(counts)}"
    why = run.lost or "no call had a good answer after the warm-up"
    return Case(group="calls", name=name, outcome="failure", message=why, type="calls", text=text)


def _limits(run: LoadTally) -> Iterator[Case]:
    for checked in run.budget:
        yield Case(group="budget", name=checked.name, **({} if checked.ok else _not_kept(checked)))


def _not_kept(checked: Checked) -> dict[str, str]:
    value, limit = limit_cells(checked)
    message = f"{checked.name}: {value}, the limit is {limit}"
    reason = limit_reason(checked)
    if not checked.judged:
        return {"outcome": "skipped", "message": f"not judged: {message}; {reason}"}
    return {"outcome": "failure", "message": message, "type": "budget", "text": reason or message}


def _kinds(run: LoadTally) -> Iterator[Case]:
    skipped = unjudged(run)
    for kind in Kind:
        seen = [each for each in run.violations if each.kind is kind]
        name = f"{kind}: {KEPT[kind]}"
        if seen:
            yield from _seen(run, name, seen)
        elif kind in skipped:
            reason = f"not judged: {skipped[kind]}"
            yield Case(group="violations", name=name, outcome="skipped", message=reason)
        else:
            yield Case(group="violations", name=name)


def _seen(run: LoadTally, name: str, seen: Sequence[Violated]) -> Iterator[Case]:
    """Yield the case of a kind that was seen; what only warns fails none."""
    failing = [each for each in seen if each in run.failing]
    if not failing:
        message = f"warnings only: {violations_in_words(seen)}"
        yield Case(group="violations", name=name, outcome="skipped", message=message)
        return
    first = failing[0]
    message = f"{violations_in_words(failing)}; first: {first.message}"
    text = "\n\n".join(map(_told, failing[:MOST]))
    if len(failing) > MOST:
        text += f"\n\nand {len(failing) - MOST} more: the JSON report has them all"
    yield Case(
        group="violations",
        name=name,
        outcome="failure",
        message=message,
        type=first.kind.value,
        text=text,
    )


def _told(violation: Violated) -> str:
    facts = [f"{name}: {text}" for name, text in details(violation, SHOWN)]
    return "\n".join([f"{place(violation)}: {violation.message}", *facts])


def _errors(run: LoadTally) -> Iterator[Case]:
    """What kept the run from its end."""
    found = [("lost", run.lost)] if run.lost else []
    if run.interrupted:
        found.append(("interrupted", "the run was interrupted: only what was done is told"))
    found += [("fault", f"a fault of mcp-proof itself: {fault}") for fault in run.faults]
    for what, text in found:
        yield Case(group="run", name=what, outcome="error", message=text, type=what)
