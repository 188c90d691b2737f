"""What one run came to: who was verified, the verdict in words, what was found, the charts."""

from collections.abc import Iterator
from typing import Final

from mcp_proof.events import VerdictReached
from mcp_proof.reports.headline import counted, headline, standing
from mcp_proof.reports.html.bar import bar, counts_text
from mcp_proof.reports.html.coverage import coverage_chart
from mcp_proof.reports.html.element import Child, Node, el, lines
from mcp_proof.reports.html.facts import fact_list, facts_of, named, own_faults, own_name
from mcp_proof.reports.html.findings import finding_text
from mcp_proof.reports.html.latency_chart import latency_chart
from mcp_proof.reports.html.rules import anchor
from mcp_proof.reports.latency import latencies
from mcp_proof.tally import Tally
from mcp_proof_contracts.excerpt import excerpt

QUOTED: Final = 600
"""Characters of other text."""
MAX_LISTED: Final = 20
"""Violated rules that are named at the beginning; all are in the list of rules."""


def server_name(tally: Tally) -> str:
    """The server by its own name, or else as the user named it."""
    return own_name(tally.peer) or target(tally)


def target(tally: Tally) -> str:
    """The server as the user named it."""
    return named(tally.started)


def introduction(number: int, tally: Tally) -> list[Child]:
    """Return what a reader wants to know first."""
    return [
        el("p", headline(tally), class_=f"headline {standing(tally).style}"),
        _counts(tally) if tally.verdicts else None,
        _facts(tally),
        _causes(number, tally),
    ]


def charts(tally: Tally) -> Node | None:
    """Return the charts; nothing where nothing was judged."""
    if not tally.verdicts:
        return None
    rows = []
    if tally.finished is not None and tally.peer is not None:
        rows = latencies(tally.finished.transcript, tally.peer.spoken)
    return el("div", coverage_chart(tally.verdicts), latency_chart(rows), class_="charts")


def _counts(tally: Tally) -> Node:
    return el("div", bar(tally.counts), counts_text(tally.counts), class_="summary")


def _facts(tally: Tally) -> Node:
    seconds = tally.finished.seconds if tally.finished is not None else None
    facts = facts_of(tally.started, tally.peer, tally.spoken, seconds)
    facts["Fails on"] = el("span", tally.gate.fail_on.value)
    return fact_list(facts)


def _causes(number: int, tally: Tally) -> Node | None:
    """Return what the headline counts, each with its place."""
    causes = list(_problems(tally))
    causes += [_violation(number, tally, reached) for reached in tally.violated[:MAX_LISTED]]
    if (more := len(tally.violated) - MAX_LISTED) > 0:
        causes.append(el("li", f"and {counted(more, 'violated rule')} more"))
    return el("ul", *lines(causes), class_="causes") if causes else None


def _problems(tally: Tally) -> Iterator[Node]:
    """What kept the run from judging everything, and which demands were not met."""
    for why in filter(None, (tally.lost, tally.not_spoken)):
        yield el("li", excerpt(why, QUOTED))
    for breach in tally.breaches:
        yield el(
            "li",
            excerpt(f"{breach.message[:1].upper()}{breach.message[1:]}.", QUOTED),
            class_="fails",
        )
    yield from own_faults(tally.faults)


def _violation(number: int, tally: Tally, reached: VerdictReached) -> Node:
    rule = reached.verdict.rule
    return el(
        "li",
        el("a", rule.id, href=f"#{anchor(number, rule.id)}"),
        f" {finding_text(reached.verdict.findings[0])}",
        class_="fails" if tally.fails(reached) else "warns",
    )
