"""The list of rules of one run: what was violated, what is untested and why, what was kept."""

from collections.abc import Sequence
from typing import Final

from mcp_proof.events import VerdictReached
from mcp_proof.reports.headline import counted
from mcp_proof.reports.html.coverage import area_name
from mcp_proof.reports.html.element import Child, Node, el, lines, prose
from mcp_proof.reports.html.findings import findings
from mcp_proof.tally import Tally
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.rule import Outcome

GROUPS: Final = (Outcome.VIOLATED, Outcome.UNTESTED, Outcome.PASSED)
"""What a reader has to look at comes first."""
QUOTED: Final = 600
"""Characters of a reason."""


def anchor(number: int, rule_id: str) -> str:
    """The id of the place where run `number` tells of a rule."""
    return f"run-{number}-{rule_id}"


def rule_list(number: int, tally: Tally) -> Node | None:
    """Return the rules of run `number`, by verdict; nothing where none was judged."""
    if not tally.verdicts:
        return None
    return el(
        "section",
        el("h3", "Rules"),
        *(_group(number, tally, outcome) for outcome in GROUPS),
        class_="rules",
    )


def _group(number: int, tally: Tally, outcome: Outcome) -> Node | None:
    everything = tally.violated if outcome is Outcome.VIOLATED else tally.verdicts
    group = [reached for reached in everything if reached.verdict.outcome is outcome]
    if not group:
        return None
    return el(
        "section",
        el("h4", f"{outcome.value.capitalize()} ", el("span", str(len(group)), class_="number")),
        el("ul", "\n", *lines(_rule(number, tally, reached) for reached in group)),
        class_=f"group {outcome.value}",
    )


def _rule(number: int, tally: Tally, reached: VerdictReached) -> Node:
    verdict = reached.verdict
    rule = verdict.rule
    name = anchor(number, rule.id)
    return el(
        "li",
        el(
            "h5",
            el("a", rule.id, href=f"#{name}"),
            " ",
            el("span", verdict.level.value, class_=f"badge {verdict.level.value.lower()}"),
            *_weight(tally, reached),
        ),
        el("p", *prose(rule.requirement), class_="requirement"),
        *_told(reached),
        _places(tally, reached),
        id=name,
        class_=f"rule {verdict.outcome.value}",
        data_verdict=verdict.outcome.value,
        data_level=verdict.level.value,
        data_area=rule.area,
    )


def _weight(tally: Tally, reached: VerdictReached) -> Sequence[Child]:
    """What a violation means for the run."""
    if reached.verdict.outcome is not Outcome.VIOLATED:
        return ()
    if tally.fails(reached):
        return " ", el("span", "fails the run", class_="badge fails")
    if (excuse := tally.excuse(reached)) is not None:
        return " ", el("span", f"excused: {excerpt(excuse, QUOTED)}", class_="badge")
    return " ", el("span", "warning", class_="badge")


def _told(reached: VerdictReached) -> Sequence[Child]:
    verdict = reached.verdict
    match verdict.outcome:
        case Outcome.VIOLATED:
            return (findings(reached),)
        case Outcome.UNTESTED:
            return (el("p", f"Untested: {excerpt(verdict.reason, QUOTED)}", class_="reason"),)
        case Outcome.PASSED:
            return ()


def _places(tally: Tally, reached: VerdictReached) -> Node:
    """Where the rule stands, and where it was seen kept."""
    verdict = reached.verdict
    parts: list[Child] = [area_name(verdict.rule.area)]
    if tally.peer is not None:
        whose = el("span", f" of {verdict.rule.id}", class_="unseen")
        clause = verdict.rule.source(tally.peer.spoken)
        parts += [" · ", el("a", "clause", whose, href=clause, rel="noreferrer")]
    if verdict.observed:
        parts.append(f" · seen kept in {counted(verdict.observed, 'place')}")
    return el("p", *parts, class_="places")
