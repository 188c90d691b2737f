"""The run in Prometheus' text exposition format 0.0.4: for a push gateway, or a collected file."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final

from mcp_proof.reports.peer_name import peer_name
from mcp_proof_load.measuring.histogram import Histogram
from mcp_proof_load.reports.bounds import BOUNDS, bucket_counts, total_seconds
from mcp_proof_load.reports.metrics import Metric, Point, label, metrics
from mcp_proof_load.tally import LoadTally

UNITS: Final = {"s": "_seconds"}
"""Units that names end with."""


def prometheus_report(runs: Sequence[LoadTally]) -> bytes:
    """Return the report of one or more runs: each metric once, with the points of all runs."""
    families: dict[str, tuple[Metric, list[Point]]] = {}
    for number, run in enumerate(runs, 1):
        own = _own_labels(run, number if len(runs) > 1 else 0)
        for metric in metrics(run):
            _, points = families.setdefault(_name(metric), (metric, []))
            points += [Point({**own, **each.labels}, each.value) for each in metric.points]
    lines = [
        line
        for name, (metric, points) in families.items()
        for line in _family(name, metric, points)
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _own_labels(run: LoadTally, number: int) -> dict[str, str]:
    named = {"target": label(peer_name(run), run)}
    return {**named, "run": str(number)} if number else named


def _name(metric: Metric) -> str:
    total = "_total" if metric.kind == "counter" else ""
    unit = UNITS.get(metric.unit, "")
    return f"mcp_proof_load_{metric.name.replace('.', '_')}{unit}{total}"


def _family(name: str, metric: Metric, points: Sequence[Point]) -> Iterator[str]:
    yield f"# HELP {name} {_escaped(metric.about)}"
    yield f"# TYPE {name} {metric.kind}"
    for point in points:
        if isinstance(point.value, Histogram):
            yield from _histogram(name, point.labels, point.value)
        else:
            yield _sample(name, point.labels, point.value)


def _histogram(name: str, labels: Mapping[str, str], value: Histogram) -> Iterator[str]:
    bounds = [*map(str, BOUNDS), "+Inf"]
    for bound, count in zip(bounds, accumulate(bucket_counts(value)), strict=True):
        yield _sample(f"{name}_bucket", {**labels, "le": bound}, count)
    yield _sample(f"{name}_sum", labels, total_seconds(value))
    yield _sample(f"{name}_count", labels, value.count)


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    shown = ",".join(f'{each}="{_quoted(text)}"' for each, text in labels.items())
    return f"{name}{{{shown}}} {value!r}"


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', '\\"')


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")
