"""Limits relative to a saved run, told from noise.

A latency fails where it is above the limit and, besides, the Mann-Whitney test says so: the
quantiles of neighbouring windows are averaged into batches, as many windows to a batch in both
runs, and those of this run are compared with the saved ones times what is allowed (one-sided,
p < 0.01). An error rate fails where it is above the limit and, besides, the z test of two
proportions says so (one-sided, p < 0.01), with the variance that the windows of each run show.
What is above its limit in a run that is too short for the test is not judged.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from mcp_proof_load.budget.budget import Relative
from mcp_proof_load.budget.limit import Checked
from mcp_proof_load.budget.saved_run import FEWEST, QUANTILES, SavedRun, Stretch, stretch_of
from mcp_proof_load.statistics.mann_whitney import mann_whitney
from mcp_proof_load.statistics.proportions import Share, share_exceeds
from mcp_proof_load.tally import LoadTally

BY_CHANCE: Final = 0.01
"""The probability of a failure where nothing is worse than allowed."""
MOST: Final = 30
"""Batches of the shorter run: neighbouring windows are alike, which the test must not count on."""
CALLS: Final = 100
"""Of a batch, on the average: fewer have no p99."""

Test: TypeAlias = Callable[[], tuple[bool | None, str]]
"""Whether what is above its limit may be noise, and what the test said; `None`: nobody can tell."""


def compared(run: LoadTally, relative: Relative, saved: SavedRun) -> Iterator[Checked]:
    """Yield what became of each relative limit."""
    now = [stretch_of(window) for window in run.judged_windows]
    judged = run.judged
    for name, share in QUANTILES.items():
        percent = getattr(relative, f"{name}_percent")
        if percent is not None:
            value, factor = judged.latency.quantile(share), 1 + percent / 100
            before = saved.latency_ms[name]
            limit = Checked(
                name=f"relative.{name}",
                limit=factor * before,
                value=None if value is None else 1000 * value,
                unit="ms",
                ok=False,
                relative_to=before,
            )
            test = partial(_tested, name, factor, now, saved.stretches)
            yield _checked(limit, test)
    if relative.error_points is not None:
        before, counts = 100 * saved.errors / saved.ended, judged.counts
        limit = Checked(
            name="relative.error_rate",
            limit=before + relative.error_points,
            value=100 * counts.error_rate if counts.ended else None,
            unit="%",
            ok=False,
            relative_to=before,
        )
        test = partial(_errors_tested, relative.error_points, now, saved.stretches)
        yield _checked(limit, test)


def _checked(limit: Checked, test: Test) -> Checked:
    if limit.value is None:
        return replace(limit, why="nothing was measured")
    if limit.value <= limit.limit:
        return replace(limit, ok=True, why="not above the limit: no test is needed")
    noise, why = test()
    return replace(limit, ok=bool(noise), judged=noise is not None, why=why)


def _tested(
    name: str, factor: float, now: Sequence[Stretch], then: Sequence[Stretch]
) -> tuple[bool | None, str]:
    answered = [[each for each in run if name in each.latency_ms] for run in (now, then)]
    length = max(_length(run, min(map(len, answered))) for run in answered)
    first, second = (_batches(name, run, length) for run in answered)
    if min(len(first), len(second)) < FEWEST:
        return None, (
            f"too short to tell from noise: {len(first)} batches of about {CALLS} calls, "
            f"{len(second)} in the saved run, and {FEWEST} are needed"
        )
    chance = mann_whitney(first, [factor * each for each in second]).higher
    said = (
        f"Mann-Whitney p = {chance:.2g} for {len(first)} batches against {len(second)} of the "
        f"saved run times {factor:g}"
    )
    if chance < BY_CHANCE:
        return False, f"not by chance: {said}"
    return True, f"within the noise: {said}"


def _length(run: Sequence[Stretch], shorter: int) -> int:
    """Return the windows that make a batch."""
    calls = sum(each.ended for each in run)
    return max(1, -(-shorter // MOST), round(CALLS * len(run) / max(calls, 1)))


def _batches(name: str, run: Sequence[Stretch], length: int) -> list[float]:
    """Return the mean quantile of each batch, by the windows' calls."""
    starts = range(0, len(run) - length + 1, length)
    return [_mean(name, run[start : start + length]) for start in starts]


def _mean(name: str, batch: Sequence[Stretch]) -> float:
    weights = [max(each.ended, 1) for each in batch]
    pairs = zip(batch, weights, strict=True)
    return sum(each.latency_ms[name] * weight for each, weight in pairs) / sum(weights)


def _errors_tested(
    points: float, now: Sequence[Stretch], then: Sequence[Stretch]
) -> tuple[bool | None, str]:
    first, second = (
        [Share(each.errors, each.ended) for each in run if each.ended] for run in (now, then)
    )
    if min(len(first), len(second)) < FEWEST:
        return None, (
            f"too short to tell from noise: {len(first)} windows with calls, {len(second)} in the "
            f"saved run, and {FEWEST} are needed"
        )
    chance = share_exceeds(first, second, by=points / 100)
    said = f"z test of two proportions, p = {chance:.2g} for {points:g} points more than then"
    if chance < BY_CHANCE:
        return False, f"not by chance: {said}"
    return True, f"within the noise: {said}"
