"""Markdown as GitHub reads it: the summary of a job, or a file.

What a server says is set so that neither Markdown nor HTML nor a mention of somebody can come of
it: as entities within a line, as preformatted text where it is evidence.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mcp_proof.events import VerdictReached
from mcp_proof.reports.clean import clean_text
from mcp_proof.reports.evidence import evidence_text
from mcp_proof.reports.headline import counted, headline, overall, overall_headline
from mcp_proof.reports.matrix import LEGEND, SYMBOL, matrix, peer_name
from mcp_proof.reports.untested import by_reason
from mcp_proof.tally import Tally
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.rule import Finding, Outcome
from mcp_proof_contracts.secrets.mask import Mask

LIMIT: Final = 1024 * 1024
"""Bytes that GitHub takes for the summary of a step: of more it shows nothing."""
CUT: Final = (
    "\n**This summary is cut here.** GitHub shows 1 MiB of it; the JSON report has everything.\n"
)
MAX_EVENTS: Final = 10
MAX_FINDINGS: Final = 3
"""Findings per rule that are shown with their evidence."""
QUOTED: Final = 400
"""Characters of what was expected, and of what came."""
_SPECIAL: Final = re.compile(r"^-|[!-,./:-@\[-`{-~]")
"""ASCII punctuation; a hyphen means something at the beginning only."""


def markdown_report(runs: Sequence[Tally], limit: int = LIMIT) -> bytes:
    """Return the report of one or more runs, in at most `limit` bytes."""
    parts: list[bytes] = []
    left = limit - len(CUT)
    for block in _blocks(runs):
        part = block.encode()
        left -= len(part)
        if left < 0:
            parts.append(CUT.encode()[: limit - sum(map(len, parts))])
            break
        parts.append(part)
    return b"".join(parts)


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
    rows += [[_inline(excerpt(server)), *table.row(server)] for server in table.servers]
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
            who = self._line(f"{peer.name} {peer.version}".strip() or "an unnamed server")
            seconds = f", in {tally.finished.seconds:.1f} s" if tally.finished is not None else ""
            yield f"{who} at {peer.spoken} over {peer.transport}{seconds}"

    def _failures(self) -> Iterator[str]:
        """What kept the run from judging everything, and which demands were not met."""
        tally = self._tally
        for text in (tally.lost, tally.not_spoken):
            if text:
                yield self._lines(text.splitlines())
        for fault in tally.faults:
            yield _folded("A fault of mcp-proof itself", self._lines(fault.splitlines()))
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
                _folded(f"Evidence: {of}{counted(number, 'finding')}", self._lines(evidence)),
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
        return f"\n{_folded(f'{number} untested, and why', content)}\n"

    def _line(self, text: str) -> str:
        # Masked before it is escaped: in a secret of entities nobody recognises the secret.
        return _inline(clean_text(excerpt(text.strip(), QUOTED), self._tally.mask))

    def _lines(self, lines: Iterable[str]) -> str:
        return _preformatted(lines, self._tally.mask)


def _evidence(finding: Finding) -> Iterator[str]:
    yield finding.message
    yield f"  expected  {excerpt(finding.expected, QUOTED)}"
    yield f"  actual    {excerpt(finding.actual, QUOTED)}"
    for event in finding.events[:MAX_EVENTS]:
        yield f"  {event.sender.value:9} {evidence_text(event)}"


def _folded(title: str, content: str) -> str:
    """A block of HTML, which ends at an empty line: `content` must not have one."""
    return f"<details><summary>{title}</summary>\n{content}\n</details>"


def _preformatted(lines: Iterable[str], mask: Mask) -> str:
    shown = (
        html.escape(clean_text(excerpt(line, 2 * QUOTED), mask), quote=False) for line in lines
    )
    return "\n".join(["<pre>", *filter(str.strip, shown), "</pre>"])


def _inline(text: str) -> str:
    """`text` for a line of prose: what is an entity is never markup.

    The one without width keeps an address or a name after "@" from being mentioned.
    """
    entities = _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)
    return entities.replace("&#64;", "&#64;&#8203;")
