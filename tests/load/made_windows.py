"""Windows of runs that never were: latencies drawn with a seed, around what a test says."""

import random
from collections.abc import Callable, Sequence

from mcp_proof_load.measuring.histogram import Histogram
from mcp_proof_load.measuring.measured import Counts, Measured, Window


def measured(waits: Sequence[float], **counts: int) -> Measured:
    """An answer after each of these seconds, and what `counts` says besides."""
    latency = Histogram()
    for each in waits:
        latency.add(each)
    ended = len(waits) + sum(counts.values())
    made = Counts(sent=ended, answered=len(waits), **counts)
    return Measured(counts=made, latency=latency, service=latency)


def window(start: float, waits: Sequence[float], **members) -> Window:
    """A window of a second, unless `members` say otherwise, with one operation: `echo`."""
    counts = {name: members.pop(name) for name in ("failed", "broken", "silent") if name in members}
    defaults = {"seconds": 1.0, "users": 16, "workers": 1, "warm_up": False}
    operations = {"echo": measured(waits, **counts)}
    return Window(start=start, **{**defaults, **members}, operations=operations)


def latencies(rng: random.Random, many: int, middle: float) -> list[float]:
    """Latencies as servers have them: many near the middle, some far above it."""
    return [rng.lognormvariate(0, 0.5) * middle for _ in range(many)]


def run(
    seed: object,
    middle: Callable[[int], float] = lambda _at: 0.01,
    *,
    seconds: int = 60,
    rate: int = 100,
    failed: Callable[[int], int] = lambda _at: 0,
) -> list[Window]:
    """A run of windows whose median latency is `middle` at each, after 5 of warm-up."""
    rng = random.Random(str(seed))
    return [
        window(
            float(at),
            latencies(rng, round(rate * rng.uniform(0.9, 1.1)), middle(at)),
            failed=failed(at),
            warm_up=at < 5,
        )
        for at in range(seconds + 5)
    ]
