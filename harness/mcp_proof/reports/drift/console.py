"""The comparison on the terminal: progress, what was left out, each difference, the counts."""

from typing import Final

from rich.console import Console

from mcp_proof.drift.events import Compared, DriftEvent, Verdict
from mcp_proof.drift.tally import Drift, DriftTally
from mcp_proof.events import PeerFound, RunStarted
from mcp_proof.reports.console import QUOTED
from mcp_proof.reports.drift.headline import found
from mcp_proof.reports.drift.told import by_reason, details, title
from mcp_proof.reports.headline import counted
from mcp_proof.reports.live_console import LiveConsole
from mcp_proof.reports.progress import Later, in_real_time
from mcp_proof_contracts.secrets.mask import Mask

MOST: Final = 50
"""Differences that a terminal shows; the JSON report has all."""


class DriftConsole(LiveConsole):
    """Prints a comparison as it goes on, and what it came to at the end."""

    def __init__(
        self, console: Console, mask: Mask, *, quiet: bool, later: Later = in_real_time
    ) -> None:
        super().__init__(console, mask, quiet=quiet, later=later)
        self._asked = 0

    def take(self, event: DriftEvent) -> None:
        """Show one moment."""
        match event:
            case RunStarted() if not self._quiet:
                self._asked = 0
                self._begin()
            case PeerFound() if not self._quiet:
                self._meet(event)
            case Compared():
                self._asked += event.verdict is not Verdict.UNTESTED
                self._progress.say(f"{counted(self._asked, 'request')} compared")
            case _:
                pass

    def summarize(self, run: DriftTally) -> None:
        """Print what was not sent and why, the differences, and the counts."""
        self._progress.stop()
        if run.lost and run.peer is None:
            return
        reasons = {} if self._quiet else by_reason(run)
        if reasons:
            self._print("\n[bold]not sent, and untested[/]")
        for reason, names in reasons.items():
            self._print(f"  {self._text(reason)}: [dim]{self._text(', '.join(names))}[/]")
        drifts = run.drifts
        for drift in drifts[:MOST]:
            self._show(drift)
        if len(drifts) > MOST:
            self._print(f"\nand {len(drifts) - MOST} more: --report json=FILE has them all")
        self._show_counts(run)

    def _show(self, drift: Drift) -> None:
        self._print(
            f"\n[bold red]{drift.difference.change:8}[/][bold]{self._text(title(drift))}[/]"
        )
        if self._quiet:
            return
        for line in details(drift, QUOTED):
            name, _, text = line.partition(": ")
            told = f"{name:11} {text}" if text else name
            self._print(f"    {self._text(told)}")

    def _show_counts(self, run: DriftTally) -> None:
        drifted = run.of(Verdict.DRIFTED)
        style = "bold red" if drifted else "bold"
        untested = len(run.of(Verdict.UNTESTED))
        seconds = f", {run.seconds:.1f} s" if run.seconds is not None else ""
        note = ""
        if run.interrupted:
            note = "; [bold red]interrupted[/]: only what was done is told"
        elif run.lost:
            note = "; [bold red]incomplete[/]: the server could not be asked to the end"
        elif not run.compared:
            note = "; [bold red]nothing was compared[/]"
        self._print(f"\n[{style}]{found(run)}[/]; {untested} untested{seconds}{note}")
