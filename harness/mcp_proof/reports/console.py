"""The report on the terminal: progress while it runs, then what was violated, then the counts."""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from rich.markup import escape

from mcp_proof.events import (
    PeerFound,
    ProbeFailed,
    ProbeStarted,
    RunEvent,
    RunStarted,
    VerdictReached,
)
from mcp_proof.reports.evidence import evidence_text
from mcp_proof.reports.headline import Standing, standing
from mcp_proof.reports.live_console import LiveConsole
from mcp_proof.reports.matrix import LEGEND, matrix
from mcp_proof.reports.untested import by_reason
from mcp_proof.tally import Tally
from mcp_proof_contracts.excerpt import excerpt, printable_lines
from mcp_proof_contracts.rule import Level

STYLE: Final = {Level.MUST: "bold red", Level.SHOULD: "yellow", Level.ADVICE: "cyan"}
STANDING_STYLE: Final = {
    Standing.FAILS: "bold red",
    Standing.INCOMPLETE: "yellow",
    Standing.PASSES: "green",
    Standing.UNSPOKEN: "dim",
}
QUOTED: Final = 400
"""Characters of what was expected, and of what came, shown on a terminal."""
SHOWN: Final = 240
"""Characters of one event shown on a terminal."""
MAX_EVENTS: Final = 4
MAX_FINDINGS: Final = 2
"""Findings per rule shown on a terminal; the JSON report has more."""
SERVER_SHOWN: Final = 60
"""Characters of a server's name in the matrix."""


class ConsoleReport(LiveConsole):
    """Prints a run as it goes on, and its summary at the end."""

    def take(self, event: RunEvent) -> None:
        """Show one moment."""
        match event:
            case RunStarted() if not self._quiet:
                self._begin()
            case PeerFound():
                self._progress.say("looking around")
                if not self._quiet:
                    self._show_peer(event)
            case ProbeStarted():
                self._progress.say(
                    f"{self._stimulus} {event.number} of {event.total}: {event.name}"
                )
            case ProbeFailed() if not self._quiet:
                self._console.print(
                    f"[yellow]{self._stimulus} {event.name} did not finish:[/] "
                    f"{self._text(event.reason)}"
                )
            case _:
                pass

    def summarize(self, tally: Tally) -> None:
        """Print what was violated, what is untested and why, and the counts."""
        self._progress.stop()
        if tally.lost or tally.not_spoken:
            return
        for reached in tally.violated:
            self._show_violation(tally, reached)
        if not self._quiet:
            self._show_untested(tally)
        self._show_counts(tally)

    def compare(self, runs: Sequence[Tally]) -> None:
        """Print several runs side by side, servers by revisions."""
        table = matrix(runs)
        names = {server: printable_lines(excerpt(server, SERVER_SHOWN)) for server in table.servers}
        width = max(map(cell_len, names.values()))
        columns = {
            revision: max(map(cell_len, (revision, *table.column(revision))))
            for revision in table.revisions
        }
        heads = [_padded(revision, columns[revision], "bold") for revision in table.revisions]
        self._console.print("\n" + "  ".join([" " * width, *heads]))
        for server, name in names.items():
            cells = [
                _padded(cell, columns[revision], _style(table.runs.get((server, revision))))
                for revision, cell in zip(table.revisions, table.row(server), strict=True)
            ]
            self._console.print("  ".join([_padded(name, width), *cells]))
        self._console.print(f"[dim]{LEGEND}[/]")

    def conclude(self, runs: Sequence[Tally]) -> None:
        """Print what is known only when all runs are: how they compare, what was not met."""
        if len(runs) > 1:
            self.compare(runs)
        for tally in runs if len(runs) > 1 and not self._quiet else ():
            if tally.not_spoken:
                self._console.print(f"{tally.asked} is not spoken: {self._text(tally.not_spoken)}")
        for breach in (breach for tally in runs for breach in tally.breaches):
            self._console.print(f"[bold red]{breach.name}[/] {self._text(breach.message)}")

    def _show_peer(self, peer: PeerFound) -> None:
        who = f"{peer.name} {peer.version}".strip() or self._unnamed
        self._console.print(
            f"[bold]{self._text(who)}[/] speaks {peer.spoken} over {peer.transport}; "
            f"{peer.rules} rules apply"
        )

    def _show_violation(self, tally: Tally, reached: VerdictReached) -> None:
        verdict = reached.verdict
        excuse = tally.excuse(reached)
        excused = f" [dim](excused: {self._text(excuse)})[/]" if excuse is not None else ""
        style = STYLE[verdict.level]
        self._console.print(
            f"\n[{style}]{verdict.level.value:6} {verdict.rule.id}[/]{excused}\n"
            f"  {self._text(verdict.rule.requirement)}"
        )
        if self._quiet:
            self._console.print(f"  [bold]{self._text(verdict.findings[0].message)}[/]")
        if self._quiet or excuse is not None:
            return
        for finding in verdict.findings[:MAX_FINDINGS]:
            self._console.print(f"  [bold]{self._text(finding.message)}[/]")
            self._console.print(f"    expected  {self._text(excerpt(finding.expected, QUOTED))}")
            self._console.print(f"    actual    {self._text(excerpt(finding.actual, QUOTED))}")
            for event in finding.events[:MAX_EVENTS]:
                text = f"    {event.sender.value:9} {evidence_text(event)}"
                self._console.print(f"[dim]{self._text(excerpt(text, SHOWN))}[/]")
        if (more := len(verdict.findings) + verdict.further - MAX_FINDINGS) > 0:
            self._console.print(f"  and {more} more of the kind")
        if tally.peer is not None:
            self._console.print(f"  clause    {verdict.rule.source(tally.peer.spoken)}")
        self._console.print(f"  reproduce {self._text(reached.reproduce)}")

    def _show_untested(self, tally: Tally) -> None:
        reasons = by_reason(tally)
        if reasons:
            self._console.print("\n[bold]untested[/]")
        for reason, rule_ids in reasons.items():
            self._console.print(f"  {self._text(reason)}: [dim]{', '.join(rule_ids)}[/]")

    def _show_counts(self, tally: Tally) -> None:
        counts = tally.counts
        levels = [reached.verdict.level for reached in tally.violated]
        parts = [f"{levels.count(level)} {level.value}" for level in Level if level in levels]
        if tally.excused:
            parts.append(f"{len(tally.excused)} excused")
        detail = f" ({', '.join(parts)})" if parts else ""
        seconds = f"{tally.finished.seconds:.1f} s" if tally.finished is not None else ""
        note = ""
        if tally.interrupted and tally.peer is None:
            note += f"; [bold red]interrupted[/] before the {tally.side} had answered"
        elif tally.interrupted:
            note += "; [bold red]interrupted[/]: only what was done is judged"
        elif not tally.judged:
            note += "; [bold red]nothing was judged[/]: no rule could be observed"
        self._console.print(
            f"\n[bold]{counts['passed']} passed, {counts['violated']} violated{detail}, "
            f"{counts['untested']} untested[/] in {seconds}{note}"
        )


def _style(tally: Tally | None) -> str:
    return STANDING_STYLE[standing(tally)] if tally is not None else ""


def _padded(text: str, width: int, style: str = "") -> str:
    """`text` in rich's markup, as wide as `width` cells of a terminal."""
    shown = escape(text) + " " * (width - cell_len(text))
    return f"[{style}]{shown}[/]" if style else shown
