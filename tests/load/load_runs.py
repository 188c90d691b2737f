"""Load runs written by hand: what a test says that a run came to."""

import math
import random
from typing import Any

from mcp_proof.events import PeerFound, RunStarted
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_load.budget.limit import Checked
from mcp_proof_load.events import (
    Disturbed,
    Kind,
    LoadFinished,
    Measurement,
    Planned,
    Sampled,
    Violated,
    WorkerLost,
)
from mcp_proof_load.measuring.histogram import Histogram
from mcp_proof_load.measuring.measured import Counts, Measured, Window
from mcp_proof_load.tally import LoadTally

MIB = 1024 * 1024


def histogram(*milliseconds: float, times: int = 1) -> Histogram:
    made = Histogram()
    for each in milliseconds:
        made.add(each / 1000, times)
    return made


def measured(*milliseconds: float, **counts: int) -> Measured:
    """So many good answers, unless counts say otherwise."""
    counts = {"answered": len(milliseconds), **counts}
    ended = sum(counts.get(name, 0) for name in ("answered", "failed", "broken", "silent"))
    counts.setdefault("sent", ended)
    latency = histogram(*milliseconds)
    return Measured(counts=Counts(**counts), latency=latency, service=latency)


def window(start: float = 0.0, *, warm_up: bool = False, **operations: Measured) -> Window:
    return Window(
        start=start, seconds=1.0, users=4, workers=1, warm_up=warm_up, operations=operations
    )


def planned(**members: Any) -> Planned:
    defaults = {
        "profile": "steady",
        "users": 4,
        "rate": None,
        "duration": 3.0,
        "warm_up": 1.0,
        "processes": 1,
        "operations": {"echo": 3, "add": 1},
        "user_kinds": {"stateless": 1},
        "seed": 7,
        "check": 0.01,
    }
    return Planned(**{**defaults, **members})


def crossed(**members: Any) -> Violated:
    defaults = {
        "kind": Kind.CROSSED,
        "message": "an answer came to somebody who had not asked",
        "times": 3,
        "operation": "echo",
        "expected": "mcpp-0000000000001-0000000000002",
        "actual": "mcpp-0000000000001-0000000000003",
        "at": 2.5,
    }
    return Violated(**{**defaults, **members})


def limit(name: str = "p95", value: float | None = 8.0, at_most: float = 10.0, **members: Any):
    defaults = {"unit": "ms", "ok": value is not None and value <= at_most}
    return Checked(name=name, limit=at_most, value=value, **{**defaults, **members})


SHORT = "too short to tell from noise: 3 batches"
UNJUDGED = limit("relative.p95", 80.0, ok=False, judged=False, relative_to=9.0, why=SHORT)


SAMPLES = tuple(
    Sampled(at=float(at), calls=10 * at, values={"memory": (40 + at) * MIB, "handles": 12.0})
    for at in range(4)
)
WINDOWS = (
    window(0.0, warm_up=True, echo=measured(9.0, 90.0), add=measured(5.0)),
    window(1.0, echo=measured(1.0, 2.0, 3.0), add=measured(4.0)),
    window(2.0, echo=measured(1.0, 2.0, 3.0), add=measured(8.0)),
)


def load_run(
    *events: Any,
    windows: tuple[Window, ...] = WINDOWS,
    budget: tuple[Checked, ...] = (),
    plan: Planned | None = None,
    samples: tuple[Sampled, ...] = SAMPLES,
    secrets: tuple[str, ...] = (),
    peer: str = "http://127.0.0.1:3001/mcp",
    name: str = "shop",
    met: bool = True,
    **finished: Any,
) -> LoadTally:
    """A run that passes, unless it is told otherwise."""
    run = LoadTally(mask=Mask(secrets))
    run.take(RunStarted(peer=peer, transport="http", started="2026-01-02T03:04:05+00:00"))
    if met:
        spoken = Revision.R2025_11_25
        run.take(PeerFound(spoken=spoken, transport="http", name=name, version="1.0", rules=0))
        run.take(plan or planned())
    for each in windows:
        run.take(Measurement(window=each))
    for event in (*samples, *events):
        run.take(event)
    defaults = {"seconds": 3.2, "interrupted": False, "faults": ()}
    run.take(LoadFinished(**{**defaults, **finished}))
    run.budget = budget
    return run


def lost_run() -> LoadTally:
    """A run whose server could not be called at all."""
    lost = "nothing listens at 127.0.0.1:3001"
    return load_run(windows=(), samples=(), met=False, lost=lost, seconds=0.1)


def cut_run() -> LoadTally:
    """A run of which nothing is known but that it began: the process ended."""
    run = LoadTally(mask=Mask())
    run.take(RunStarted(peer="python server.py", transport="stdio", started="2026-01-02T03:04:05Z"))
    return run


def disturbed(**members: Any) -> Disturbed:
    defaults = {
        "fault": "reset-connection",
        "start": 1.5,
        "seconds": 0.5,
        "recovered": 0.25,
        "before": {"rate": 4.0, "p95": 0.003, "error_rate": 0.0},
        "during": {"rate": 1.0, "p95": 0.5, "error_rate": 0.25},
        "until": 0.0,
    }
    return Disturbed(**{**defaults, **members})


LOST_WORKER = WorkerLost(worker="worker-2", counted=False, uncertain=4)


def long_run(seconds: int = 300, *, good: bool = True, seed: int = 1) -> LoadTally:
    """A run with figures as real ones have: some noise, and one disturbance where it is bad."""
    chance, warm_up = random.Random(seed), 10
    windows = []
    for at in range(seconds):
        fault = not good and 0.4 < at / seconds < 0.5
        slower = 1.0 if good else 1 + 1.5 * at / seconds
        operations = {
            name: _busy(chance, share, slower * (8 if fault else 1), fault=fault)
            for name, share in (("get_weather", 400), ("search_flights", 120), ("book", 30))
        }
        users = 16 if at > warm_up / 2 else 8
        windows.append(
            Window(
                start=float(at),
                seconds=1.0,
                users=users,
                workers=2,
                warm_up=at < warm_up,
                operations=operations,
            )
        )
    growth = 0.0 if good else 60_000.0
    samples = tuple(
        Sampled(
            at=float(at),
            calls=550 * at,
            values={
                "memory": 48 * MIB + growth * at + chance.randrange(400_000),
                "handles": float(22 + chance.randrange(3)),
                "threads": 5.0,
            },
        )
        for at in range(0, seconds, 5)
    )
    plan = planned(
        users=16,
        duration=float(seconds),
        warm_up=float(warm_up),
        operations={"get_weather": 40, "search_flights": 12, "book": 3},
        processes=2,
    )
    budget = (
        limit("p95", 7.12 if good else 32.4, 20.0),
        limit("p99", 18.2, 25.0, relative_to=21.7, why="Mann-Whitney: p = 0.41"),
        limit("error_rate", 0.0 if good else 1.4, 0.5, unit="%"),
        limit("rate", 548.9, 500.0, unit="calls/s", ok=True),
    )
    events = [] if good else [*_troubles(seconds), LOST_WORKER]
    return load_run(
        *events,
        windows=tuple(windows),
        samples=samples,
        plan=plan,
        budget=budget,
        seconds=seconds + 0.3,
        peer="http://127.0.0.1:3001/mcp",
    )


def _busy(chance: random.Random, calls: int, slower: float, *, fault: bool) -> Measured:
    latency = Histogram()
    calls = max(int(calls * (0.4 if fault else 1) * chance.uniform(0.95, 1.05)), 1)
    for _ in range(60):
        latency.add(0.004 * slower * math.exp(chance.gauss(0, 0.45)), max(calls // 60, 1))
    broken = calls // 6 if fault else 0
    counts = Counts(sent=latency.count + broken, answered=latency.count, broken=broken)
    return Measured(counts=counts, latency=latency, service=latency)


def _troubles(seconds: int) -> list[Any]:
    return [
        disturbed(start=0.4 * seconds, seconds=0.1 * seconds, recovered=3.4),
        crossed(times=12, operation="get_weather", at=41.0),
        Violated(
            kind=Kind.GROWTH,
            message="memory grows by 0.11 KiB with each call",
            expected="memory that stays the same under the same load",
            actual="48 MiB at first, 65 MiB at last",
        ),
    ]
