"""The load run on the terminal: a table while it goes on, and what it came to at the end."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.table import Table

from mcp_proof.events import PeerFound, RunStarted
from mcp_proof.reports.console import QUOTED, STANDING_STYLE, STYLE
from mcp_proof.reports.html.latency_chart import duration
from mcp_proof.reports.live_console import LiveConsole
from mcp_proof.reports.progress import Later, animated, in_real_time
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_load.budget.limit import Checked
from mcp_proof_load.events import (
    AwaitingWorkers,
    LoadEvent,
    LoadFinished,
    Measurement,
    Planned,
    Violated,
)
from mcp_proof_load.reports.headline import headline, standing
from mcp_proof_load.reports.live_table import latency_table, live_line, live_table
from mcp_proof_load.reports.next_steps import next_steps
from mcp_proof_load.reports.so_far import SoFar
from mcp_proof_load.reports.told import (
    complaint_lines,
    deliveries_line,
    details,
    during,
    endings,
    limit_cells,
    limit_reason,
    place,
    plan_line,
    recovery,
    shortened,
    trend_line,
    verdict_of,
    worker_line,
)
from mcp_proof_load.reports.trend import trends
from mcp_proof_load.reports.unjudged import by_reason, narrowed
from mcp_proof_load.tally import LoadTally

INTERVAL: Final = 5.0
"""Seconds of the run between two lines of a log."""
MOST: Final = 20
"""Violations that a terminal shows; the JSON report has all."""
COMPLAINTS: Final = 10
"""What went wrong with calls, in so many kinds at most."""


class LoadConsole(LiveConsole):
    """Shows a run as it goes on, and its summary at the end."""

    def __init__(
        self, console: Console, mask: Mask, *, quiet: bool, later: Later = in_real_time
    ) -> None:
        super().__init__(console, mask, quiet=quiet, later=later)
        self._so_far = SoFar()
        self._told = 0.0
        """When the last line was written, in seconds of the run."""
        self._live: Live | None = None

    def __exit__(self, *exception: object) -> None:
        self._end_live()
        super().__exit__(*exception)

    def take(self, event: LoadEvent) -> None:
        """Show one moment."""
        if isinstance(event, RunStarted):
            self._so_far, self._told = SoFar(), 0.0
        self._so_far.take(event)
        if self._quiet:
            return
        match event:
            case RunStarted():
                self._begin()
            case PeerFound():
                self._meet(event)
            case Planned():
                self._progress.say("starting the load")
                self._print(self._text(plan_line(event)))
            case AwaitingWorkers(address=address) if address:
                self._print(self._text(f"waiting for workers at {address}"))
            case AwaitingWorkers():
                self._progress.say(f"{event.present} of {event.expected} workers are here")
            case Measurement():
                self._show_moment()
            case LoadFinished():
                self._end_live()
            case _:
                pass

    def summarize(self, run: LoadTally) -> None:
        """Print what the run came to, the gravest first."""
        self._end_live()
        self._progress.stop()
        style = STANDING_STYLE[standing(run)]
        self._print(f"\n[{style}]{self._text(headline(run))}[/]")
        for each in run.violations[:MOST]:
            self._show_violation(each)
        if len(run.violations) > MOST:
            more = len(run.violations) - MOST
            self._print(f"\nand {more} more: --report json=FILE has them all")
        self._show_budget(run)
        if self._quiet:
            return
        self._show_measured(run)
        told = complaint_lines(run.complaints, COMPLAINTS, QUOTED)
        self._show_lines("what went wrong with calls", map(self._text, told))
        self._show_lines("the server's resources", map(self._text, _resources(run)))
        self._show_lines("disturbances", map(self._text, _disturbances(run)))
        self._show_lines("lost workers", map(self._text, _lost_workers(run)))
        self._show_lines("not judged", self._untested(run))
        self._show_lines("what next", map(self._text, next_steps(run)))

    def _show_moment(self) -> None:
        self._progress.stop()
        if not animated(self._console):
            if self._so_far.elapsed >= self._told + INTERVAL:
                self._told = self._so_far.elapsed
                self._print(live_line(self._so_far))
            return
        if self._live is None:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()
        self._live.update(live_table(self._so_far, self._text), refresh=True)

    def _end_live(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _show_violation(self, violation: Violated) -> None:
        style = STYLE[violation.level]
        self._print(f"\n[{style}]{violation.level:6} {self._text(place(violation))}[/]")
        self._print(f"  [bold]{self._text(violation.message)}[/]")
        if not self._quiet:
            for name, text in details(violation, QUOTED):
                self._print(f"    {name:9} {self._text(text)}")

    def _show_budget(self, run: LoadTally) -> None:
        shown = [each for each in run.budget if not (self._quiet and each.ok)]
        if not shown:
            return
        table = _table("limit", "measured", "allowed", "", "why")
        for each in shown:
            verdict = _verdict(each)
            value, limit = limit_cells(each)
            reason = self._text(limit_reason(each))
            table.add_row(self._text(each.name), value, limit, verdict, reason)
        self._print("\n[bold]budget[/]")
        self._console.print(table)

    def _show_measured(self, run: LoadTally) -> None:
        if run.judged.counts.ended:
            self._print("\n[bold]after the warm-up[/]")
            self._console.print(latency_table(run.operations, run.judged, self._text))
            if run.judged.counts.late:
                self._print("  latency counts from when a call was intended to begin")
        if line := deliveries_line(run.deliveries):
            self._show_lines("deliveries", [line])
        self._show_lines("in all", self._totals(run))

    def _totals(self, run: LoadTally) -> Iterator[str]:
        if not run.total.counts.sent:
            return
        seconds = f", in {duration(run.seconds)}" if run.seconds is not None else ""
        yield f"{endings(run.total.counts)}{seconds}"
        if run.stopped:
            yield f"ended early: {self._text(run.stopped)}"
        yield from map(self._text, run.found)

    def _untested(self, run: LoadTally) -> Iterator[str]:
        for reason, kinds in by_reason(run).items():
            yield f"{', '.join(kinds)}: [dim]{self._text(reason)}[/]"
        for text in narrowed(run):
            yield self._text(shortened(self._mask(text), QUOTED))

    def _show_lines(self, title: str, lines: Iterable[str]) -> None:
        """Print lines of markup under a title; nothing where there are none."""
        shown = [f"  {line}" for line in lines]
        if shown:
            self._print("\n".join([f"\n[bold]{title}[/]", *shown]))


def _resources(run: LoadTally) -> Iterator[str]:
    for each in trends(run):
        yield f"{each.resource}: {trend_line(each)}"


def _disturbances(run: LoadTally) -> Iterator[str]:
    for each in run.disturbances:
        yield (
            f"{each.fault} from {duration(each.start)} for {duration(each.seconds)}: "
            f"{recovery(each)}; {during(each.during)} (before: {during(each.before)})"
        )


def _lost_workers(run: LoadTally) -> Iterator[str]:
    for each in run.lost_workers:
        yield f"{each.worker}: {worker_line(each)}"


def _verdict(checked: Checked) -> str:
    """Return markup."""
    if checked.ok:
        return "[green]ok[/]"
    style = "bold red" if checked.broken else "yellow"
    return f"[{style}]{verdict_of(checked)}[/]"


def _table(*names: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 2), header_style="dim")
    for name in names:
        table.add_column(name, justify="right" if name in {"measured", "allowed"} else "left")
    return table
