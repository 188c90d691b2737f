"""A load run while it goes on: as a table that is written again, or in a line for a log."""

from collections.abc import Callable
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_load.measuring.measured import Measured
from mcp_proof_load.reports.figures import amount, many, number, percent, resource, whole
from mcp_proof_load.reports.percentiles import SHOWN, percentiles
from mcp_proof_load.reports.so_far import SoFar
from mcp_proof_load.reports.told import violations_in_words

NAMED: Final = 40
"""Characters of an operation's name."""
ROWS: Final = 12
"""Operations that are shown while a run goes on: the most called ones."""


def live_table(so_far: SoFar, shown: Callable[[str], str]) -> RenderableType:
    """Return what a terminal shows; `shown` makes foreign text harmless, as rich's markup."""
    found = violations_in_words(so_far.violations)
    parts = [Text.from_markup(_line(so_far))]
    if so_far.operations:
        operations = sorted(so_far.operations.items(), key=lambda item: -item[1].counts.sent)
        return Group(
            *parts,
            latency_table(dict(operations[:ROWS]), so_far.total, shown),
            Text(found or "no violation so far", style="bold red" if found else "green"),
            *(Text.from_markup(shown(line)) for line in [_growth(so_far)] if line),
        )
    return Group(*parts)


def latency_table(
    operations: dict[str, Measured], total: Measured, shown: Callable[[str], str]
) -> Table:
    """Return calls, errors and latencies of each operation, and of all together."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("operation", overflow="ellipsis", no_wrap=True)
    for name in ("calls", "errors", *SHOWN):
        table.add_column(name, justify="right", no_wrap=True)
    for name, measured in operations.items():
        table.add_row(shown(excerpt(name, NAMED)), *_cells(measured))
    if len(operations) > 1:
        table.add_row("all", *_cells(total), style="bold")
    return table


def live_line(so_far: SoFar) -> str:
    """Return a line for a log that is not written again."""
    told = [_line(so_far)]
    if (total := so_far.total).counts.ended:
        shown = percentiles(total.latency)
        told.append(f"{whole(total.counts.ended)} calls, {percent(total.counts.error_rate)} errors")
        told.append(", ".join(f"{name} {amount(shown[name], 'ms')}" for name in SHOWN[:3]))
    if so_far.seen:
        told.append(f"{many(so_far.seen, 'violation')} so far")
    return "; ".join(told)


def _line(so_far: SoFar) -> str:
    planned, window = so_far.planned, so_far.window
    of = f" of {number(planned.duration)}" if planned is not None else ""
    told = f"{so_far.elapsed:.0f}{of} s"
    if window is None:
        return f"{told}: no call yet"
    warm_up = " (warm-up)" if window.warm_up else ""
    return f"{told}{warm_up}: {many(window.users, 'user')}, {amount(window.rate, 'calls/s')}"


def _cells(measured: Measured) -> list[str]:
    shown = percentiles(measured.latency)
    counts = measured.counts
    errors = f"[red]{whole(counts.errors)}[/]" if counts.errors else "0"
    latencies = [amount(shown[name], "ms") if shown[name] is not None else "-" for name in SHOWN]
    return [whole(counts.ended), errors, *latencies]


def _growth(so_far: SoFar) -> str:
    first, last = so_far.first, so_far.last
    if first is None or last is None:
        return ""
    told = [
        f"{name} {resource(name, first.values[name])} → {resource(name, value)}"
        for name, value in last.values.items()
        if name in first.values
    ]
    return ", ".join(told)
