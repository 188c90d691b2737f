"""What is wrong: findings with their evidence, and the command that shows them again."""

from collections.abc import Sequence
from typing import Final

from mcp_proof.events import VerdictReached
from mcp_proof.reports.evidence import evidence_text
from mcp_proof.reports.headline import counted
from mcp_proof.reports.html.element import Child, Node, el, lines
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.rule import Finding
from mcp_proof_contracts.transcript import Event

MAX_FINDINGS: Final = 5
"""Findings per rule that are written out; the JSON report has more."""
MAX_EVENTS: Final = 8
"""Events per finding that are written out."""
QUOTED: Final = 600
"""Characters of what was expected, and of what came."""
SHOWN: Final = 1000
"""Characters of one event; the transcript has it whole."""


def findings(reached: VerdictReached) -> Node:
    """Return the findings of a violated rule."""
    verdict = reached.verdict
    shown = verdict.findings[:MAX_FINDINGS]
    more = len(verdict.findings) + verdict.further - len(shown)
    rest = el("p", f"and {counted(more, 'finding')} more of the kind", class_="note")
    return el(
        "div",
        *lines(_finding(finding) for finding in shown),
        rest if more else None,
        *reproduction(reached.reproduce),
    )


def _finding(finding: Finding) -> Node:
    return el(
        "div",
        el("p", finding_text(finding), class_="message"),
        compared(finding.expected, finding.actual),
        _evidence(finding.events) if finding.events else None,
        class_="finding",
    )


def finding_text(finding: Finding) -> str:
    """What is wrong, in one sentence."""
    return excerpt(finding.message, QUOTED)


def compared(expected: str, actual: str, labels: tuple[str, str] = ("expected", "actual")) -> Node:
    """Set side by side what was to come, and what came."""
    one, other = labels
    facts = (*_fact("expected", one, expected), *_fact("actual", other, actual))
    return el("dl", *facts, class_="compared")


def reproduction(command: str) -> tuple[Node, Node]:
    """Return the command that shows it again, to be copied."""
    code = el("pre", el("code", command), class_="command")
    return el("p", "Reproduce it:", class_="label"), code


def _fact(style: str, label: str, text: str) -> list[Node]:
    return [el("dt", label, class_=style), el("dd", excerpt(text, QUOTED))]


def _evidence(events: Sequence[Event]) -> Node:
    shown = events[:MAX_EVENTS]
    more = len(events) - len(shown)
    cut: list[Child] = [el("li", f"and {counted(more, 'event')} more")] if more else []
    return el(
        "details",
        el("summary", f"Evidence: {counted(len(events), 'event')}"),
        el("ol", *map(_event, shown), *cut, class_="events"),
        class_="evidence",
    )


def _event(event: Event) -> Node:
    return el(
        "li",
        el(
            "p",
            el("b", event.sender.value),
            f" {event.kind.value} · {event.channel} · {event.at:.3f} s · event {event.seq}",
            class_="when",
        ),
        el("pre", evidence_text(event, SHOWN)),
    )
