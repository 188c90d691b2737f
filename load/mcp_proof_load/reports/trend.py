"""What the samples of a server's resources show, without a verdict: that is a violation's."""

from dataclasses import dataclass
from statistics import linear_regression

from mcp_proof_load.events import Sampled
from mcp_proof_load.tally import LoadTally


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One resource after the warm-up: of memory, bytes."""

    resource: str
    samples: int
    first: float
    last: float
    highest: float
    per_call: float | None
    """What each call adds by the line through all samples; `None` where they make no line."""


def trends(run: LoadTally) -> list[Trend]:
    """Return the trend of each resource that was sampled after the warm-up."""
    begin = run.planned.warm_up if run.planned is not None else 0.0
    judged = [sample for sample in run.samples if sample.at >= begin]
    names = dict.fromkeys(name for sample in judged for name in sample.values)
    return [_trend(name, [each for each in judged if name in each.values]) for name in names]


def _trend(name: str, samples: list[Sampled]) -> Trend:
    values = [sample.values[name] for sample in samples]
    calls = [sample.calls for sample in samples]
    line = linear_regression(calls, values).slope if len(set(calls)) > 1 else None
    return Trend(
        resource=name,
        samples=len(samples),
        first=values[0],
        last=values[-1],
        highest=max(values),
        per_call=line,
    )
