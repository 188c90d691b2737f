"""What is special in the course of a run: its warm-up, and faults before the server."""

from collections.abc import Iterator

from mcp_proof_load.reports.charts.plot import Band
from mcp_proof_load.tally import LoadTally


def bands(run: LoadTally) -> Iterator[Band]:
    """Yield the stretches; faults bear the letters by which the page tells of them."""
    warm_up = [window for window in run.windows if window.warm_up]
    if warm_up:
        end = warm_up[-1].start + warm_up[-1].seconds
        yield Band(start=warm_up[0].start, end=end, style="warm-up")
    for number, each in enumerate(run.disturbances):
        end = each.start + each.seconds
        yield Band(start=each.start, end=end, style="fault", mark=letter(number))


def band_keys(run: LoadTally) -> list[tuple[str, str]]:
    """Return what the stretches are called."""
    keys = [("warm-up", "warm-up")] if any(window.warm_up for window in run.windows) else []
    return [*keys, *([("fault", "fault")] if run.disturbances else [])]


def letter(number: int) -> str:
    """Return A to Z, then AA and so on."""
    rest, last = divmod(number, 26)
    return (letter(rest - 1) if rest else "") + chr(ord("A") + last)
