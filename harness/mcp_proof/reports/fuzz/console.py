"""The campaign on the terminal: progress, each failure as it is found, at the end the counts."""

from typing import Final

from rich.console import Console

from mcp_proof.events import PeerFound, RunStarted
from mcp_proof.fuzz.events import FailureFound, FuzzEvent, OperationFinished, OperationStarted
from mcp_proof.fuzz.failure import Failure
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.console import QUOTED, STYLE
from mcp_proof.reports.fuzz.headline import scope, weights
from mcp_proof.reports.fuzz.told import SEEN_ONCE, by_reason, input_lines
from mcp_proof.reports.headline import counted
from mcp_proof.reports.live_console import LiveConsole
from mcp_proof.reports.progress import Later, in_real_time
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.secrets.mask import Mask

COMMAND: Final = 4000
"""Characters of a reproduction shown on a terminal."""
UNCUT: Final = "the whole command is in the JSON report: --report json=FILE"


class FuzzConsole(LiveConsole):
    """Prints a campaign as it goes on, and its summary at the end."""

    def __init__(
        self, console: Console, mask: Mask, *, quiet: bool, later: Later = in_real_time
    ) -> None:
        super().__init__(console, mask, quiet=quiet, later=later)
        self._found = 0
        self._last = False
        """Whether the operation that is tried is the last one."""

    def take(self, event: FuzzEvent) -> None:
        """Show one moment."""
        match event:
            case RunStarted() if not self._quiet:
                self._found, self._last = 0, False
                self._begin()
            case PeerFound() if not self._quiet:
                self._meet(event)
            case OperationStarted():
                self._last = event.number == event.total
                self._progress.say(f"{event.number} of {event.total}: {event.label}{self._so_far}")
            case OperationFinished() if self._last:
                self._progress.say(f"waiting for what took long to be answered{self._so_far}")
            case FailureFound():
                self._found += 1
                self._show(event.failure)
            case _:
                pass

    def summarize(self, run: FuzzTally) -> None:
        """Print what is not judged and why, and the counts."""
        self._progress.stop()
        if run.lost and not run.begun:
            return
        reasons = {} if self._quiet else by_reason(run)
        if reasons:
            self._print("\n[bold]not judged[/]")
        for reason, labels in reasons.items():
            self._print(f"  {self._text(reason)}: [dim]{self._text(', '.join(labels))}[/]")
        self._show_counts(run)

    @property
    def _so_far(self) -> str:
        return f"; {counted(self._found, 'failure')} so far" if self._found else ""

    def _show_counts(self, run: FuzzTally) -> None:
        failing = any(map(run.fails, run.failures))
        light = weights(run, [each for each in run.failures if not run.fails(each)])
        heavy = weights(run, filter(run.fails, run.failures)) or ["no failure"]
        found = ", ".join([*heavy, *light])
        style = "bold red" if failing else "bold"
        seconds = f", {run.seconds:.1f} s" if run.seconds is not None else ""
        note = ""
        if run.interrupted:
            note = "; [bold red]interrupted[/]: only what was done is told"
        elif run.lost:
            note = "; [bold red]incomplete[/]: the server could not be fuzzed to the end"
        elif not run.cases:
            note = "; [bold red]nothing was tried[/]"
        self._print(f"\n[{style}]{found}[/] in {scope(run)}{seconds}{note}")
        if run.seed is not None and not self._quiet:
            self._print(f"[dim]seed {run.seed}: it gives these inputs again, --seed N others[/]")

    def _show(self, failure: Failure) -> None:
        complaint = failure.complaint
        style = STYLE[complaint.level]
        self._print(
            f"\n[{style}]{complaint.level:6} {self._text(failure.operation)}[/] "
            f"[dim]{complaint.oracle}[/]"
        )
        self._print(f"  [bold]{self._text(complaint.message)}[/]")
        if not failure.reproduced:
            self._print(f"  [yellow]{SEEN_ONCE}[/]")
        if self._quiet:
            return
        name = "input"
        for step in input_lines(failure.case, QUOTED):
            self._print(f"    {name:9} {self._text(step)}")
            name = "then"
        self._print(f"    expected  {self._text(excerpt(complaint.expected, QUOTED))}")
        self._print(f"    actual    {self._text(excerpt(complaint.actual, QUOTED))}")
        if not failure.reproduce:
            return
        command = failure.reproduce if len(failure.reproduce) <= COMMAND else UNCUT
        self._print(f"    reproduce {self._text(command)}")
