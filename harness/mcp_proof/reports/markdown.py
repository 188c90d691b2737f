"""The report as Markdown: the summary of a job of GitHub Actions, or a file."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mcp_proof.events import VerdictReached
from mcp_proof.reports.evidence import evidence_text
from mcp_proof.reports.headline import counted, headline, overall, overall_headline
from mcp_proof.reports.markdown_text import (
    LIMIT,
    QUOTED,
    folded,
    inline,
    line,
    preformatted,
    within,
)
from mcp_proof.reports.matrix import LEGEND, SYMBOL, matrix, peer_name
from mcp_proof.reports.untested import by_reason
from mcp_proof.tally import Tally
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.rule import Finding, Outcome

MAX_EVENTS: Final = 10
MAX_FINDINGS: Final = 3
"""Findings per rule that are shown with their evidence."""


def markdown_report(runs: Sequence[Tally], limit: int = LIMIT) -> bytes:
    """Return the report of one or more runs, in at most `limit` bytes."""
    return within(limit, _blocks(runs))


def _blocks(runs: Sequence[Tally]) -> Iterator[str]:
    """The report in pieces, each of which can be the last one."""
    where = overall(runs)
    told = headline(runs[0]) if len(runs) == 1 else overall_headline(runs)
    yield f"## {SYMBOL[where]} mcp-proof: {where}\n\n{told}\n"
    if len(runs) > 1:
        yield _matrix(runs)
    for tally in runs:
        yield from _Section(tally).blocks(several=len(runs) > 1)


def _matrix(runs: Sequence[Tally]) -> str:
    table = matrix(runs)
    rows = [["", *table.revisions], [":--", *("---" for _ in table.revisions)]]
    rows += [[inline(excerpt(server)), *table.row(server)] for server in table.servers]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(["", *lines, "", f"The numbers are {LEGEND}.", ""])


class _Section:
    """What one run came to."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def blocks(self, *, several: bool) -> Iterator[str]:
        tally = self._tally
        if several:
            revision = f" at {tally.spoken}" if tally.spoken is not None else ""
            yield f"\n### {self._line(peer_name(tally))}{revision}\n\n{headline(tally)}\n"
        yield "\n" + "\n\n".join([*self._facts(), *self._failures()]) + "\n"
        for reached in tally.violated:
            yield self._violation(reached)
        if tally.counts[Outcome.UNTESTED.value]:
            yield self._untested()

    def _facts(self) -> Iterator[str]:
        """The counts, and about whom they are."""
        tally = self._tally
        yield f"**{', '.join(f'{number} {outcome}' for outcome, number in tally.counts.items())}**"
        if (peer := tally.peer) is not None:
            who = self._line(f"{peer.name} {peer.version}".strip() or f"an unnamed {tally.side}")
            seconds = f", in {tally.finished.seconds:.1f} s" if tally.finished is not None else ""
            yield f"{who} at {peer.spoken} over {peer.transport}{seconds}"

    def _failures(self) -> Iterator[str]:
        """What kept the run from judging everything, and which demands were not met."""
        tally = self._tally
        for text in (tally.lost, tally.not_spoken):
            if text:
                yield self._lines(text.splitlines())
        for fault in tally.faults:
            yield folded("A fault of mcp-proof itself", self._lines(fault.splitlines()))
        for breach in tally.breaches:
            yield f"**{breach.name}** {self._line(breach.message)}"

    def _violation(self, reached: VerdictReached) -> str:
        verdict, excuse = reached.verdict, self._tally.excuse(reached)
        name = verdict.rule.id
        if self._tally.spoken is not None:
            name = f"[{name}]({verdict.rule.source(self._tally.spoken)})"
        excused = f" (excused: {self._line(excuse)})" if excuse is not None else ""
        shown = verdict.findings[:MAX_FINDINGS]
        number = len(verdict.findings) + verdict.further
        of = f"{len(shown)} of " if number > len(shown) else ""
        evidence = [line for found in shown for line in _evidence(found)]
        evidence.append(f"reproduce {reached.reproduce}")
        return "\n".join(
            [
                f"\n#### {verdict.level} {name}{excused}\n",
                f"{verdict.rule.requirement}\n",
                f"{self._line(verdict.findings[0].message)}\n",
                folded(f"Evidence: {of}{counted(number, 'finding')}", self._lines(evidence)),
                "",
            ]
        )

    def _untested(self) -> str:
        items = ["<ul>"]
        for reason, rule_ids in by_reason(self._tally).items():
            names = ", ".join(f"<code>{rule_id}</code>" for rule_id in rule_ids)
            items.append(f"<li>{self._line(reason)}: {names}</li>")
        number = counted(self._tally.counts[Outcome.UNTESTED.value], "rule")
        content = "\n".join([*items, "</ul>"])
        return f"\n{folded(f'{number} untested, and why', content)}\n"

    def _line(self, text: str) -> str:
        return line(text, self._tally.mask)

    def _lines(self, lines: Iterable[str]) -> str:
        return preformatted(lines, self._tally.mask)


def _evidence(finding: Finding) -> Iterator[str]:
    yield finding.message
    yield f"  expected  {excerpt(finding.expected, QUOTED)}"
    yield f"  actual    {excerpt(finding.actual, QUOTED)}"
    for event in finding.events[:MAX_EVENTS]:
        yield f"  {event.sender.value:9} {evidence_text(event)}"
