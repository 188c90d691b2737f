"""Load runs that never were, and their reports as far as later runs are compared with them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mcp_proof_load.events import Planned
from mcp_proof_load.measuring.measured import Window
from mcp_proof_load.tally import LoadTally


def planned(**members: Any) -> Planned:
    defaults: dict[str, Any] = {
        "profile": "steady",
        "users": 16,
        "rate": None,
        "duration": 65.0,
        "warm_up": 5.0,
        "processes": 1,
        "operations": {"echo": 1},
        "user_kinds": {},
        "seed": 0,
        "check": 0.0,
    }
    return Planned(**{**defaults, **members})


def tally(windows: Sequence[Window], **members: Any) -> LoadTally:
    return LoadTally(planned=planned(**members), windows=list(windows))


def report(run: LoadTally) -> dict[str, Any]:
    """What a JSON report says of a run, as far as it is compared."""
    assert run.planned is not None
    return {
        "command": "load",
        "interrupted": False,
        "lost": None,
        "planned": {
            "profile": run.planned.profile,
            "users": run.planned.users,
            "rate": run.planned.rate,
            "operations": _weights(run.planned.operations),
            "user_kinds": _weights(run.planned.user_kinds),
            "duration": run.planned.duration,
            "warm_up": run.planned.warm_up,
            "arrivals": run.planned.arrivals,
            "think": run.planned.think,
            "connections": run.planned.connections,
            "recording": run.planned.recording,
            "speed": run.planned.speed,
        },
        "percentiles": {"latency": _quantiles(run.judged.latency)},
        "windows": [
            {
                "at": each.start,
                "seconds": each.seconds,
                "users": each.users,
                "rate": each.rate,
                "warm_up": each.warm_up,
                "ended": each.total.counts.ended,
                "errors": each.total.counts.errors,
                **_quantiles(each.total.latency),
            }
            for each in run.windows
        ],
    }


def _weights(weights: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"name": name, "weight": weight} for name, weight in weights.items()]


def _quantiles(latency) -> dict[str, float | None]:
    found = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    values = {name: latency.quantile(share) for name, share in found.items()}
    return {f"{name}_ms": None if v is None else 1000 * v for name, v in values.items()}


def saved(path: Path, made: dict[str, Any]) -> Path:
    path.write_text(json.dumps(made))
    return path
