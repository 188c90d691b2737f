"""What a run came to as metrics, whatever the format in which monitoring wants them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from mcp_proof.reports.clean import clean_text
from mcp_proof.reports.headline import Standing
from mcp_proof_contracts.excerpt import printable
from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.histogram import Histogram
from mcp_proof_load.measuring.measured import ENDINGS, Measured, together
from mcp_proof_load.reports.headline import standing
from mcp_proof_load.reports.told import violation_counts
from mcp_proof_load.reports.unjudged import unjudged
from mcp_proof_load.tally import LoadTally


@dataclass(frozen=True, slots=True)
class Point:
    """One value, or the distribution of many."""

    labels: Mapping[str, str]
    value: float | Histogram


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """Points that are of a kind."""

    name: str
    """Words with dots between them."""
    about: str
    unit: str
    """As UCUM has it: `s`, `By`, `{call}`, `1`."""
    kind: Literal["counter", "gauge", "histogram"]
    points: list[Point]


def metrics(run: LoadTally) -> list[Metric]:
    """Return all that is known of a run; a metric without points is left out."""
    parts = (_calls, _latencies, _deliveries, _load, _verdicts, _resources)
    made = (metric for part in parts for metric in part(run))
    return [metric for metric in made if metric.points]


def label(text: str, run: LoadTally) -> str:
    """Return foreign text as a label: without secrets and control characters."""
    return printable(clean_text(text, run.mask))


def _calls(run: LoadTally) -> Iterator[Metric]:
    totals = _by_name(run, run.all_operations.items())
    yield Metric(
        name="calls",
        about="Calls that came to an end, by how they ended, those of the warm-up too.",
        unit="{call}",
        kind="counter",
        points=[
            Point({"operation": name, "ending": ending}, getattr(each.counts, ending))
            for name, each in totals.items()
            for ending in ENDINGS
        ],
    )
    for field, (unit, about) in COUNTED.items():
        points = [
            Point({"operation": name}, getattr(each.counts, field)) for name, each in totals.items()
        ]
        yield Metric(name=field, about=about, unit=unit, kind="counter", points=points)


COUNTED: Final = {
    "sent": ("{call}", "Calls that were sent, those of the warm-up too."),
    "late": ("{call}", "Calls that began more than a millisecond later than intended."),
}
"""What else is counted of each operation."""


def _latencies(run: LoadTally) -> Iterator[Metric]:
    operations = _by_name(run, run.operations.items())
    told = {
        "latency": "From the intended start of a call to its answer's end, after the warm-up.",
        "service": "From when a call was really sent to its answer's end, after the warm-up.",
    }
    for field, about in told.items():
        points = [
            Point({"operation": name}, getattr(each, field)) for name, each in operations.items()
        ]
        yield Metric(name=field, about=about, unit="s", kind="histogram", points=points)


def _deliveries(run: LoadTally) -> Iterator[Metric]:
    came = run.deliveries
    if not came.streams:
        return
    told = {
        "delivered": ("{message}", "Messages on held-open streams, after the warm-up."),
        "streams": ("{stream}", "How often a stream was begun, also anew."),
    }
    for name, value in (("delivered", came.messages), ("streams", came.streams)):
        unit, about = told[name]
        yield Metric(name=name, about=about, unit=unit, kind="counter", points=[Point({}, value)])
    yield Metric(
        name="delivery_latency",
        about="From when a call was sent to when a stream delivered what holds its marker.",
        unit="s",
        kind="histogram",
        points=[Point({}, came.latency)],
    )


def _by_name(run: LoadTally, parts: Iterable[tuple[str, Measured]]) -> dict[str, Measured]:
    """Return operations by the names that are shown: two may be the same without secrets."""
    found: dict[str, list[Measured]] = {}
    for name, measured in parts:
        found.setdefault(label(name, run), []).append(measured)
    return {name: together(each) for name, each in found.items()}


def _load(run: LoadTally) -> Iterator[Metric]:
    yield _gauge("rate", "Calls ended in a second, after the warm-up.", "{call}/s", run.rate)
    most = max((window.users for window in run.windows), default=0)
    yield _gauge("users", "The most users that ran at once.", "{user}", most)
    if run.seconds is not None:
        yield _gauge("duration", "How long the run took.", "s", run.seconds)
    lost = len(run.lost_workers)
    yield _gauge("lost_workers", "Load processes that ended before their time.", "{process}", lost)


def _verdicts(run: LoadTally) -> Iterator[Metric]:
    passes = int(standing(run) is Standing.PASSES)
    yield _gauge(
        "passed", "1 where the run passes, 0 where it fails or is incomplete.", "1", passes
    )
    counts, skipped = violation_counts(run.violations), unjudged(run)
    kinds = [kind for kind in Kind if kind not in skipped]
    yield Metric(
        name="violations",
        about="What was wrong under load, by kind; kinds that could not be judged are left out.",
        unit="{violation}",
        kind="counter",
        points=[Point({"kind": kind.value}, counts.get(kind, 0)) for kind in kinds],
    )
    told = {
        "limit": "What the budget allows.",
        "value": "What the budget's limits were compared with.",
        "kept": "1 where the limit is kept, 0 where it is not; none where nobody can tell.",
    }
    for name, about in told.items():
        yield Metric(
            name=f"budget.{name}", about=about, unit="1", kind="gauge", points=_limits(run, name)
        )


def _limits(run: LoadTally, what: str) -> list[Point]:
    points: dict[str, Point] = {}
    for checked in run.budget:
        if what == "kept":
            value = int(checked.ok) if checked.judged else None
        else:
            value = getattr(checked, what)
        if value is not None:
            name = label(checked.name, run)
            points[name] = Point({"limit": name, "unit": checked.unit}, value)
    return list(points.values())


def _resources(run: LoadTally) -> Iterator[Metric]:
    last: dict[str, float] = {}
    for sample in run.samples:
        last |= sample.values
    yield Metric(
        name="server.resource",
        about="What the server had of a resource at the last look; of memory, bytes.",
        unit="1",
        kind="gauge",
        points=[Point({"resource": label(name, run)}, value) for name, value in last.items()],
    )


def _gauge(name: str, about: str, unit: str, value: float) -> Metric:
    return Metric(name=name, about=about, unit=unit, kind="gauge", points=[Point({}, value)])
