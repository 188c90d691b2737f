"""The run as OTLP/JSON: an `ExportMetricsServiceRequest`, to be POSTed to `/v1/metrics`.

The mapping of Protobuf to JSON writes integers of 64 bits as texts, and OTLP enumerations as
numbers.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Final

from mcp_proof.reports.peer_name import peer_name
from mcp_proof_contracts.json_value import Json
from mcp_proof_load.measuring.histogram import Histogram, middle_of
from mcp_proof_load.reports.bounds import BOUNDS, bucket_counts, total_seconds
from mcp_proof_load.reports.metrics import Metric, Point, label, metrics
from mcp_proof_load.tally import LoadTally

CUMULATIVE: Final = 2
"""AGGREGATION_TEMPORALITY_CUMULATIVE."""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def otlp_report(runs: Sequence[LoadTally]) -> bytes:
    """Return the report of one or more runs, each a resource."""
    request = {"resourceMetrics": [_resource(run) for run in runs]}
    return (json.dumps(request, indent=1, allow_nan=False) + "\n").encode()


def _resource(run: LoadTally) -> Json:
    made_by = version("mcp-proof")
    about = {
        "service.name": "mcp-proof",
        "service.version": made_by,
        "mcp_proof.load.target": label(peer_name(run), run),
    }
    if run.planned is not None:
        about["mcp_proof.load.profile"] = label(run.planned.profile, run)
    times = _times(run)
    return {
        "resource": {"attributes": _attributes(about)},
        "scopeMetrics": [
            {
                "scope": {"name": "mcp_proof.load", "version": made_by},
                "metrics": [_metric(each, times) for each in metrics(run)],
            }
        ],
    }


def _times(run: LoadTally) -> dict[str, Json]:
    """When counting began, and when it was read; 0 stands for what nobody knows."""
    if run.began is None:
        return {"startTimeUnixNano": "0", "timeUnixNano": "0"}
    measured = max((window.start + window.seconds for window in run.windows), default=0.0)
    ended = run.began + timedelta(seconds=max(run.seconds or 0.0, measured))
    return {"startTimeUnixNano": _nanoseconds(run.began), "timeUnixNano": _nanoseconds(ended)}


def _nanoseconds(moment: datetime) -> str:
    return str((moment - EPOCH) // timedelta(microseconds=1) * 1000)


def _metric(metric: Metric, times: Mapping[str, Json]) -> Json:
    members: dict[str, Json] = {
        "name": f"mcp_proof.load.{metric.name}",
        "description": metric.about,
        "unit": metric.unit,
    }
    points: list[Json] = [{**_point(each), **times} for each in metric.points]
    if metric.kind == "gauge":
        return {**members, "gauge": {"dataPoints": points}}
    data: dict[str, Json] = {"aggregationTemporality": CUMULATIVE, "dataPoints": points}
    if metric.kind == "histogram":
        return {**members, "histogram": data}
    return {**members, "sum": {**data, "isMonotonic": True}}


def _point(point: Point) -> dict[str, Json]:
    attributes: dict[str, Json] = {"attributes": _attributes(point.labels)}
    value = point.value
    if isinstance(value, Histogram):
        return {**attributes, **_histogram(value)}
    if isinstance(value, int):
        return {**attributes, "asInt": str(value)}
    return {**attributes, "asDouble": value}


def _histogram(value: Histogram) -> dict[str, Json]:
    members: dict[str, Json] = {
        "count": str(value.count),
        "sum": total_seconds(value),
        "bucketCounts": [str(count) for count in bucket_counts(value)],
        "explicitBounds": list[Json](BOUNDS),
    }
    if not value.count:
        return members
    shortest, longest = min(value.buckets), max(value.buckets)
    return {**members, "min": middle_of(shortest) / 1e6, "max": middle_of(longest) / 1e6}


def _attributes(about: Mapping[str, str]) -> list[Json]:
    return [{"key": name, "value": {"stringValue": text}} for name, text in about.items()]
