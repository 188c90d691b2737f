"""How many calls ended in a second, and how many users there were."""

from collections.abc import Sequence
from statistics import median

from mcp_proof.reports.html.element import Node
from mcp_proof_load.reports.charts.axis import FEW, Axis, from_zero
from mcp_proof_load.reports.charts.bands import band_keys, bands
from mcp_proof_load.reports.charts.plot import Plot, figure
from mcp_proof_load.reports.figures import amount, many, number
from mcp_proof_load.reports.timeline import Moment
from mcp_proof_load.tally import LoadTally


def rate_chart(run: LoadTally, course: Sequence[Moment], time: Axis) -> Node:
    """Return both, one above the other."""
    rates = [moment.rate for moment in course]
    most = max(moment.users for moment in course)
    usual, highest = amount(median(rates), "calls/s"), amount(max(rates), "calls/s")
    said = f"usually {usual}, at most {highest}"
    rate = Plot(
        x=time,
        y=from_zero(max(rates), number),
        about=f"Calls ended in a second over time: {said}.",
        bands=[*bands(run)],
    )
    users = Plot(
        x=time,
        y=from_zero(most, number, FEW),
        about=f"Users over time: {most} at most.",
        bands=[*bands(run)],
    )
    points = [(moment.middle, moment.rate) for moment in course]
    running = [(moment.middle, float(moment.users)) for moment in course]
    keys = [("one", "calls/s, above"), ("users", "users, below"), *band_keys(run)]
    return figure(
        "Rate",
        f"Calls ended in a second, {said}; {many(most, 'user')} at most.",
        keys,
        rate.drawn(rate.line(points, "one")),
        users.drawn(users.line(running, "users"), size="low"),
    )
