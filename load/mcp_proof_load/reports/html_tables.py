"""The tables of the page: limits, operations, and what was put before the server."""

from collections.abc import Sequence
from typing import Final

from mcp_proof.reports.html.element import Child, Node, el, lines
from mcp_proof.reports.html.latency_chart import duration
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_load.measuring.measured import Measured
from mcp_proof_load.reports.charts.bands import letter
from mcp_proof_load.reports.figures import amount, percent, whole
from mcp_proof_load.reports.percentiles import percentiles
from mcp_proof_load.reports.told import during, limit_cells, limit_reason, recovery, verdict_of
from mcp_proof_load.tally import LoadTally

SHOWN: Final = {
    **{name: name for name in ("p50", "p90", "p95", "p99")},
    "p999": "p99.9",
    "max": "max",
}
"""Percentiles with the names of their columns."""
QUOTED: Final = 600
"""Characters of foreign text."""


def budget_table(run: LoadTally) -> Node | None:
    """Return a row for each limit; nothing where there is none."""
    rows: list[Node] = []
    for checked in run.budget:
        value, limit = limit_cells(checked)
        style = "passes" if checked.ok else "fails" if checked.broken else "incomplete"
        badge = el("span", verdict_of(checked), class_=f"badge {style}")
        why = excerpt(limit_reason(checked), QUOTED)
        rows.append(_row(checked.name, badge, value, limit, why))
    return _section("Budget", ("Limit", "", "Measured", "Allowed", "Why"), rows)


def operations_table(run: LoadTally) -> Node | None:
    """Return a row for each operation, and one for all; nothing where nothing was called."""
    operations = run.operations
    rows = [_measured(name, each) for name, each in operations.items()]
    if len(rows) > 1:
        rows.append(_measured("all", run.judged))
    return _section("Operations", ("Operation", "Calls", "Errors", *SHOWN.values()), rows, LATENCY)


def service_table(run: LoadTally) -> Node | None:
    """Return latencies from when calls were really sent; nothing where all began in time."""
    if not run.judged.counts.late:
        return None
    rows = [
        _row(name, *_latencies(percentiles(each.service))) for name, each in run.operations.items()
    ]
    return _section("Service times", ("Operation", *SHOWN.values()), rows, SERVICE)


def deliveries_table(run: LoadTally) -> Node | None:
    """Return how late streams delivered what calls had said; nothing where nobody listened."""
    came = run.deliveries
    if not came.streams:
        return None
    counts = (whole(came.messages), whole(came.streams), whole(came.latency.count))
    row = _row("streams", *counts, *_latencies(percentiles(came.latency)))
    names = ("Listeners'", "Messages", "Begun", "Timed", *SHOWN.values())
    return _section("Deliveries", names, [row], DELIVERIES)


def disturbances_table(run: LoadTally) -> Node | None:
    """Return a row for each fault that was put in front of the server; nothing without any."""
    rows = [
        _row(
            f"{letter(number)}: {each.fault}",
            f"{duration(each.start)} for {duration(each.seconds)}",
            during(each.before),
            during(each.during),
            recovery(each),
        )
        for number, each in enumerate(run.disturbances)
    ]
    return _section("Disturbances", ("Fault", "When", "Before", "During", "Recovery"), rows)


LATENCY: Final = (
    "After the warm-up, from when a call was intended to begin to the end of its answer; of "
    "answered and failed calls."
)
SERVICE: Final = "Calls began late. From when they were really sent, they took this."

DELIVERIES: Final = (
    "Messages on held-open streams after the warm-up, which are no calls; those that hold the "
    "marker of a call of the same load process are timed from when that was sent."
)


def _measured(name: str, measured: Measured) -> Node:
    counts = measured.counts
    errors = f"{whole(counts.errors)} ({percent(counts.error_rate)})" if counts.errors else "0"
    return _row(name, whole(counts.ended), errors, *_latencies(percentiles(measured.latency)))


def _latencies(shown: dict[str, float | None]) -> list[str]:
    return [amount(shown[name], "ms") if shown[name] is not None else "-" for name in SHOWN]


def _row(name: str, *cells: Child) -> Node:
    head = el("th", el("code", excerpt(name, QUOTED)), scope="row")
    return el("tr", head, *(el("td", cell) for cell in cells))


def _section(title: str, names: Sequence[str], rows: Sequence[Node], note: str = "") -> Node | None:
    if not rows:
        return None
    head = el("tr", *(el("th", name, scope="col") for name in names))
    table = el(
        "table",
        el("thead", head),
        el("tbody", *lines(rows)),
        class_="figures" if note else "figures told",
    )
    about = el("p", note, class_="note") if note else None
    return el("section", el("h3", title), about, el("div", table, class_="wide"))
