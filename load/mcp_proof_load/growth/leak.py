"""The leak oracle: whether a server under a level load has ever more of something.

A healthy server grows as well: it fills caches when load begins, takes memory from the system in
steps, and leaves garbage until it is collected. So a rise is a leak only where all of this holds,
for what is left when the first third of the calls is taken away:

- it is large enough, for each call and in all;
- Mann-Kendall's test finds it significant;
- it goes on: the second half rises for each call nearly as much as the first (no plateau, no
  cache that fills);
- it is steady: it rises in all parts alike (no steps, no random walk);
- it leaves behind what was before: the last part is above the first third (no sawtooth).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mcp_proof_load.events import Kind, Sampled, Violated
from mcp_proof_load.growth.judgement import Judgement
from mcp_proof_load.growth.rise import Rise, rise
from mcp_proof_load.reports.figures import resource

SIGNIFICANT: Final = 0.001
"""Each run looks at some resources, and a healthy server is never to be accused."""
STEADY: Final = 4.5
"""The t of a random walk of 10 parts that has p = 0.001, one-sided."""
ACCELERATING: Final = 2.0
"""The second half's slope is at most so many times the first's: else one step late made it."""
FALLS: Final = 3
"""How often garbage must have been collected before what remains can be called a leak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """From where on a rise of a resource is a leak; below it may be the server's settling."""

    per_call: float = 0.0
    total: float
    lasting: float
    """The share of the first half's slope that the second must have."""


MIB: Final = 1 << 20
COUNTED: Final = Least(total=10, lasting=0.5)
"""Handles, threads and sessions: they are few, so that chance makes halves more unlike."""
LEAST: Final[Mapping[str, Least]] = MappingProxyType(
    {
        "memory": Least(per_call=400, total=3 * MIB, lasting=0.8),
        "handles": COUNTED,
        "threads": COUNTED,
        "sessions": COUNTED,
    }
)
"""Of memory less than half of 1 KB per call, and three steps of an allocator of 1 MiB each."""


def grown(
    samples: Sequence[Sampled], *, warm_up: float, level: bool, lazy: bool = False
) -> Judgement:
    """Return which resources grow without end.

    Args:
        samples: in order of time, all taken while calls were made.
        warm_up: seconds since the load began that are left out.
        level: whether the load stayed the same, as `Profile` says.
        lazy: whether the server's runtime leaves garbage until its heap is full (Java, .NET, Go,
            JavaScript): then its memory is a leak only where some collections were seen.
    """
    if not level:
        return Judgement(untested=(f"{Kind.GROWTH}: the profile does not keep the load level",))
    judged = [each for each in samples if each.at >= warm_up]
    known = {name: [each for each in judged if name in each.values] for name in LEAST}
    violated: list[Violated] = []
    untested: dict[str, str] = {}
    for name, those in known.items():
        found = rise(those, name) if those else ""
        if isinstance(found, str):
            untested[name] = found
        elif is_leak(found, LEAST[name]):
            if name == "memory" and lazy and _falls(those) < FALLS:
                untested[name] = f"it rises, but garbage was collected less than {FALLS} times"
            else:
                violated.append(_violated(name, found, LEAST[name]))
    return Judgement(violated=tuple(violated), untested=_told(untested))


def is_leak(found: Rise, least: Least) -> bool:
    """Whether a rise is none that a healthy server shows."""
    first, second = found.halves
    return (
        found.per_call >= least.per_call
        and found.total >= least.total
        and found.chance < SIGNIFICANT
        and least.lasting * first <= second <= ACCELERATING * first
        and found.steadiness >= STEADY
        and found.above_before
    )


def _falls(samples: Sequence[Sampled]) -> int:
    """Return how often memory fell by half of all that it ever moves."""
    values = [each.values["memory"] for each in samples]
    least, falls, peak = (max(values) - min(values)) / 2, 0, values[0]
    for value in values:
        peak = max(peak, value)
        if least and peak - value >= least:
            falls, peak = falls + 1, value
    return falls


def _told(untested: Mapping[str, str]) -> tuple[str, ...]:
    reasons = {name: reason for name, reason in untested.items() if reason}
    if len(untested) == len(LEAST):
        reason = next(iter(reasons.values()), "nothing of the server's resources is known")
        return (f"{Kind.GROWTH}: {reason}",)
    return tuple(f"{Kind.GROWTH} of {name}: {reason}" for name, reason in reasons.items())


def _violated(name: str, found: Rise, least: Least) -> Violated:
    first, second = (_slope(name, slope) for slope in found.halves)
    smallest = resource(name, least.total)
    if least.per_call:
        smallest += f", or than {_slope(name, least.per_call)}"
    return Violated(
        kind=Kind.GROWTH,
        message=f"{name} kept growing: {_slope(name, found.per_call)}",
        expected=f"after a third of the calls a rise that ends, or one of less than {smallest}",
        actual=(
            f"{resource(name, found.total)} in {found.calls:,} calls from {found.start:.0f} s on: "
            f"{first} in their first half, {second} in the second"
        ),
        at=found.start,
    )


def _slope(name: str, per_call: float) -> str:
    if name == "memory":
        return f"{resource(name, per_call)} per call"
    return f"{resource(name, 1000 * per_call)} per 1,000 calls"
