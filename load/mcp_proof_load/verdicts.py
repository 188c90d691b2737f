"""What a whole run shows: everything that is judged when the last answer has come in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mcp_proof_contracts.rule import Level
from mcp_proof_load.chaos.disturbance import Disturbances
from mcp_proof_load.correctness.answers import EXPLAINED
from mcp_proof_load.correctness.lost import Silence, SilentCall, lost
from mcp_proof_load.events import Kind, Sampled, Violated
from mcp_proof_load.growth.judgement import Judgement
from mcp_proof_load.growth.leak import grown
from mcp_proof_load.growth.slowing import slowing
from mcp_proof_load.measuring.measured import Window
from mcp_proof_load.measuring.report import Example
from mcp_proof_load.measuring.windows import Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What there is to judge."""

    reports: Windows
    """What the load processes have told."""
    windows: Sequence[Window]
    samples: Sequence[Sampled]
    disturbances: Disturbances
    warm_up: float
    timeout: float
    level: bool
    """Whether the load stayed the same."""
    lazy: bool
    """Whether the server's garbage may lie there until its heap is full."""


def verdicts(seen: Seen) -> Judgement:
    """Return what is wrong, and what could not be judged."""
    undisturbed = seen.disturbances.undisturbed(seen.windows)
    silence = lost(_silent(seen), seen.windows)
    found = [*_of_answers(seen.reports), *silence.violated]
    slower = slowing(undisturbed, level=seen.level)
    grew = grown(seen.samples, warm_up=seen.warm_up, level=seen.level, lazy=seen.lazy)
    return Judgement(
        violated=(
            *(each for each in found if not seen.disturbances.excuses(each.kind, each.at)),
            *slower.violated,
            *grew.violated,
        ),
        untested=(
            *_unclear(silence, _untimed(seen)),
            *slower.untested,
            *(grew.untested if seen.samples else ()),
        ),
    )


def _silent(seen: Seen) -> list[SilentCall]:
    """Return the calls without an answer, but for those that a fault may have swallowed."""
    return [
        call
        for call in seen.reports.silent(seen.timeout)
        if not seen.disturbances.within(call.sent_at, call.sent_at + call.timeout)
    ]


def _untimed(seen: Seen) -> int:
    """Return of how many calls without an answer it is not known when they were sent.

    A load process tells that of its first ones only, and one that was lost not of its last ones.
    """
    counted = sum(
        each.counts.silent for window in seen.windows for each in window.operations.values()
    )
    return max(counted - len(seen.reports.silent(seen.timeout)), 0)


def _unclear(silence: Silence, untimed: int) -> Iterator[str]:
    if silence.slow:
        yield (
            f"{Kind.LOST}: calls without an answer: {len(silence.slow)}; and it cannot be told "
            "whether the server lost them or was slow, as too little of the same tool was measured "
            "while they were waited for (--timeout, or what was left of the run, is short)"
        )
    if untimed:
        yield (
            f"{Kind.LOST}: calls without an answer of which it is not known when they were sent: "
            f"{untimed}"
        )


def _of_answers(reports: Windows) -> Iterator[Violated]:
    """Yield what was seen in single answers, each kind and each rule once for an operation."""
    examples = _first(reports.examples)
    for (operation, kind), times in reports.violations.items():
        if kind is not Kind.RULE:
            yield _violated(examples.get((operation, kind, "")) or _untold(operation, kind), times)
    counted = {
        name: times for (name, kind), times in reports.violations.items() if kind is Kind.RULE
    }
    for name, times in counted.items():
        told = sum(number for (of, _), number in reports.breaches.items() if of == name)
        if times > told:
            yield _violated(_untold(name, Kind.RULE), times - told)
    for (operation, rule), times in reports.breaches.items():
        yield _violated(examples[operation, Kind.RULE, rule], times)


def _first(examples: Sequence[Example]) -> Mapping[tuple[str, Kind, str], Example]:
    found: dict[tuple[str, Kind, str], Example] = {}
    for each in examples:
        found.setdefault((each.operation, each.kind, each.rule), each)
    return found


def _untold(operation: str, kind: Kind) -> Example:
    """Return what stands for an answer that was counted by a process that was lost."""
    message, expected = EXPLAINED[kind]
    return Example(
        kind=kind,
        operation=operation,
        message=message,
        expected=expected,
        actual="the load process that saw it was lost before it could show it",
    )


def _violated(example: Example, times: int) -> Violated:
    return Violated(
        kind=example.kind,
        message=example.message,
        times=times,
        operation=example.operation,
        expected=example.expected,
        actual=example.actual,
        rule=example.rule,
        level=Level(example.level),
    )
