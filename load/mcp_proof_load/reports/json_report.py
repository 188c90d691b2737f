"""The run as JSON, which is also what later runs are compared with; its schema: `load.schema.json`.

Names that are not ours are never names of members: masks look into values.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from mcp_proof.reports.clean import clean
from mcp_proof.reports.envelope import about, head
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Level
from mcp_proof_load.budget.limit import Checked
from mcp_proof_load.events import Disturbed, Planned, Sampled, Violated
from mcp_proof_load.measuring.measured import Deliveries, Measured, Window
from mcp_proof_load.reports.headline import headline
from mcp_proof_load.reports.percentiles import SHOWN, percentiles
from mcp_proof_load.reports.trend import Trend, trends
from mcp_proof_load.reports.unjudged import unjudged
from mcp_proof_load.tally import LoadTally


def json_report(runs: Sequence[LoadTally]) -> bytes:
    """Return the envelope of a run, or one around those of several."""
    envelopes = [clean(_envelope(run), run.mask) for run in runs]
    report = envelopes[0] if len(runs) == 1 else _around(runs, envelopes)
    return (json.dumps(report, indent=1, allow_nan=False) + "\n").encode()


def _around(runs: Sequence[LoadTally], envelopes: Sequence[Json]) -> Json:
    """What several runs came to together, and each of them."""
    counts = [_counts(run) for run in runs]
    return {
        **head("load"),
        "interrupted": any(run.interrupted for run in runs),
        "counts": {level.value: sum(each[level.value] for each in counts) for level in Level},
        "runs": list(envelopes),
    }


def _envelope(run: LoadTally) -> Json:
    return {
        **head("load"),
        **about(run.started, run.peer, run.spoken),
        "headline": headline(run),
        "seconds": _figure(run.seconds),
        "interrupted": run.interrupted,
        "lost": run.lost or None,
        "stopped": run.stopped or None,
        "found": list[Json](run.found),
        "complaints": _complaints(run.complaints),
        "faults": list[Json](run.faults),
        "counts": dict[str, Json](_counts(run)),
        "profile": run.planned.profile if run.planned is not None else None,
        "planned": _planned(run.planned) if run.planned is not None else None,
        **_measured_parts(run),
        "violations": [_violation(each) for each in run.violations],
        "unjudged": [{"kind": kind.value, "reason": why} for kind, why in unjudged(run).items()],
        "untested": list[Json](run.untested),
        "budget": [_limit(each) for each in run.budget],
        "growth": {
            "samples": [_sample(each) for each in run.samples],
            "trend": [_trend(each) for each in trends(run)],
        },
        "lost_workers": [asdict(each) for each in run.lost_workers],
        "disturbances": [_disturbance(each) for each in run.disturbances],
        "windows": [_window(each) for each in run.windows],
    }


def _complaints(complaints: Mapping[str, int]) -> list[Json]:
    return [{"message": text, "times": times} for text, times in complaints.items()]


def _counts(run: LoadTally) -> dict[str, int]:
    """How many violations of each level there are."""
    levels = [each.level for each in run.violations]
    return {level.value: levels.count(level) for level in Level}


def _measured_parts(run: LoadTally) -> dict[str, Json]:
    judged = run.judged
    weights: Mapping[str, int] = run.planned.operations if run.planned is not None else {}
    return {
        "totals": asdict(run.total.counts),
        "judged": asdict(judged.counts),
        "percentiles": _latencies(judged),
        "rate": _figure(run.rate),
        "operations": [
            {
                "name": name,
                "weight": weights.get(name),
                **asdict(each.counts),
                **_latencies(each),
            }
            for name, each in run.operations.items()
        ],
        "deliveries": _deliveries(run.deliveries),
    }


def _deliveries(deliveries: Deliveries) -> Json:
    return {
        "messages": deliveries.messages,
        "streams": deliveries.streams,
        "timed": deliveries.latency.count,
        "latency": _in_ms(percentiles(deliveries.latency)),
    }


def _latencies(measured: Measured) -> dict[str, Json]:
    return {
        "latency": _in_ms(percentiles(measured.latency)),
        "service": _in_ms(percentiles(measured.service)),
    }


def _in_ms(figures: Mapping[str, float | None]) -> dict[str, Json]:
    return {f"{name}_ms": value for name, value in figures.items()}


def _planned(planned: Planned) -> Json:
    return {
        "profile": planned.profile,
        "users": planned.users,
        "rate": _figure(planned.rate),
        "duration": _figure(planned.duration),
        "warm_up": _figure(planned.warm_up),
        "processes": planned.processes,
        "operations": _weights(planned.operations),
        "user_kinds": _weights(planned.user_kinds),
        "seed": planned.seed,
        "check": planned.check,
        "arrivals": planned.arrivals,
        "think": planned.think,
        "connections": planned.connections,
        "recording": planned.recording,
        "speed": _figure(planned.speed),
    }


def _weights(weights: Mapping[str, int]) -> list[Json]:
    return [{"name": name, "weight": weight} for name, weight in weights.items()]


def _window(window: Window) -> Json:
    total = window.total
    shown = percentiles(total.latency)
    return {
        "at": _figure(window.start),
        "seconds": _figure(window.seconds),
        "users": window.users,
        "workers": window.workers,
        "rate": _figure(window.rate),
        "warm_up": window.warm_up,
        "sent": total.counts.sent,
        "ended": total.counts.ended,
        "errors": total.counts.errors,
        **_in_ms({name: shown[name] for name in SHOWN}),
    }


def _violation(violation: Violated) -> Json:
    return {
        **asdict(violation),
        "kind": violation.kind.value,
        "level": violation.level.value,
        "at": _figure(violation.at),
    }


def _limit(checked: Checked) -> Json:
    figures = {name: getattr(checked, name) for name in ("limit", "value", "relative_to")}
    return {**asdict(checked), **{name: _figure(value, 6) for name, value in figures.items()}}


def _sample(sample: Sampled) -> Json:
    values: dict[str, Json] = {name: _figure(value) for name, value in sample.values.items()}
    return {"at": _figure(sample.at), "calls": sample.calls, "values": values}


def _trend(trend: Trend) -> Json:
    return {**asdict(trend), "per_call": _figure(trend.per_call, 6)}


def _disturbance(disturbed: Disturbed) -> Json:
    return {
        "fault": disturbed.fault,
        "start": _figure(disturbed.start),
        "seconds": _figure(disturbed.seconds),
        "recovered": _figure(disturbed.recovered),
        "before": _impact(disturbed.before),
        "during": _impact(disturbed.during),
        "until": _figure(disturbed.until),
    }


def _impact(figures: Mapping[str, float]) -> Json:
    return {name: _figure(value, 6) for name, value in figures.items()}


def _figure(value: float | None, digits: int = 3) -> float | None:
    """Return a figure as JSON can hold it: neither infinite nor undefined."""
    return None if value is None or not math.isfinite(value) else round(value, digits)
