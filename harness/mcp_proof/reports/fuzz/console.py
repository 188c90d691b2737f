"""The campaign on the terminal: progress while it goes on, each failure as it is found, counts."""

from collections.abc import Sequence
from typing import Final, Self

from rich.console import Console
from rich.markup import escape

from mcp_proof.events import PeerFound, RunStarted
from mcp_proof.fuzz.case import printed
from mcp_proof.fuzz.events import FailureFound, FuzzEvent, NotTried, OperationStarted
from mcp_proof.fuzz.failure import Failure
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.console import QUOTED, STYLE
from mcp_proof.reports.progress import Later, Progress, in_real_time
from mcp_proof_contracts.excerpt import excerpt, printable_lines
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secrets.mask import Mask

INPUT_SHOWN: Final = 400
"""Characters of an input shown on a terminal."""


class FuzzConsole:
    """Prints a campaign as it goes on, and its summary at the end."""

    def __init__(
        self, console: Console, mask: Mask, *, quiet: bool, later: Later = in_real_time
    ) -> None:
        self._console = console
        self._mask = mask
        self._quiet = quiet
        self._progress = Progress(console, "starting the server", later)

    def __enter__(self) -> Self:
        if not self._quiet:
            self._progress.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._progress.stop()

    def take(self, event: FuzzEvent) -> None:
        """Show one moment."""
        match event:
            case PeerFound() if not self._quiet:
                name = f"{event.name} {event.version}".strip() or "the server"
                self._print(f"[bold]{self._text(name)}[/] at {event.spoken} over {event.transport}")
            case OperationStarted():
                self._progress.say(f"{event.number} of {event.total}: {event.label}")
            case NotTried() if not self._quiet:
                self._print(
                    f"[dim]not judged:[/] {self._text(event.label)}: {self._text(event.reason)}"
                )
            case FailureFound():
                self._show(event.failure)
            case RunStarted() | _:
                pass

    def summarize(self, run: FuzzTally) -> None:
        """Print the counts of a campaign."""
        counts = ", ".join(f"{number} {level}" for level, number in run.counts.items() if number)
        found = f"{len(run.failures)} failures ({counts})" if run.failures else "no failure"
        style = STYLE[Level.MUST] if any(map(run.fails, run.failures)) else "green"
        seconds = run.finished.seconds if run.finished is not None else 0
        calls = run.finished.calls if run.finished is not None else 0
        ended = ", interrupted" if run.finished is not None and run.finished.interrupted else ""
        self._print(
            f"[{style}]{found}[/] in {run.cases} cases ({calls} calls) of {len(run.tried)} "
            f"operations, {seconds:.1f} s{ended}"
        )

    def conclude(self, runs: Sequence[FuzzTally]) -> None:
        """Print the counts of every campaign."""
        for run in runs:
            self.summarize(run)

    def _show(self, failure: Failure) -> None:
        complaint = failure.complaint
        style = STYLE[complaint.level]
        where = f"[{style}]{complaint.level}[/] [bold]{self._text(failure.operation)}[/]"
        lines = [
            f"{where}: {self._text(complaint.message)} [dim]({complaint.oracle})[/]",
            f"  input:     {self._text(excerpt(printed(failure.case), INPUT_SHOWN))}",
            f"  expected:  {self._text(complaint.expected)}",
            f"  actual:    {self._text(excerpt(complaint.actual, QUOTED))}",
            f"  reproduce: {self._text(failure.reproduce)}",
        ]
        if not failure.reproduced:
            lines.append("  [yellow]seen once: it did not show again on a new session[/]")
        for line in lines:
            self._print(line)

    def _text(self, text: str) -> str:
        return escape(printable_lines(self._mask(text)))

    def _print(self, line: str) -> None:
        self._console.print(line, soft_wrap=True, highlight=False)
