"""Whether a run kept its budget."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from mcp_proof.errors import UsageError
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_load.budget.budget import DEFAULT_RELATIVE, Budget, Growth, Limits
from mcp_proof_load.budget.limit import Checked
from mcp_proof_load.budget.relative import compared
from mcp_proof_load.budget.saved_run import SHORTEST, SavedRun, refuse_unlike
from mcp_proof_load.events import Planned
from mcp_proof_load.growth.rise import rise
from mcp_proof_load.measuring.measured import Measured
from mcp_proof_load.tally import LoadTally

NOT_BY_CHANCE: Final = 0.01
"""The Mann-Kendall probability below which a resource is said to grow at all."""
SHARES: Final = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}


def refuse_unfit(budget: Budget, saved: SavedRun | None, planned: Planned) -> None:
    """Refuse, before anything is sent, a budget that this run cannot be compared with.

    Raises:
        UsageError: it has limits for an operation that is not called, or the saved run was another
            load, or this one is too short to be compared; it says which.
    """
    for name in budget.operations:
        if name not in planned.operations:
            called = ", ".join(planned.operations)
            hint = did_you_mean(name, planned.operations)
            raise UsageError(
                f'limits.operations."{name}": this run does not call it; it calls {called}.{hint}'
            )
    if saved is not None:
        _refuse_short(planned)
        refuse_unlike(saved, planned)


def _refuse_short(planned: Planned) -> None:
    seconds = round(planned.duration - planned.warm_up, 3)
    if seconds < SHORTEST:
        raise UsageError(
            f"--baseline: this run takes {seconds:g} s after its warm-up, too short to tell from "
            f"noise what became slower. Load for --duration {SHORTEST} or more, and compare with a "
            "run that took as long"
        )


def unchecked(budget: Budget, saved: SavedRun | None) -> tuple[str, ...]:
    """Return which limits cannot be checked, with the reason, as in `Planned.untested`."""
    if budget.relative is None or saved is not None:
        return ()
    return ("the budget's [relative] limits: there is no saved run, --baseline FILE names it",)


def check(run: LoadTally, budget: Budget, saved: SavedRun | None) -> tuple[Checked, ...]:
    """Return what became of each limit, when the run has ended.

    Absolute limits are compared with what was measured after the warm-up. Those relative to a saved
    run, its latencies and error rate, fail only where a test says that it was not by chance:
    `relative.py`. A growth limit fails only where Mann-Kendall's test finds growth (p < 0.01).

    Raises:
        UsageError: as `refuse_unfit`.
    """
    if run.planned is not None:
        refuse_unfit(budget, saved, run.planned)
    return tuple(_checks(run, budget, saved))


def _checks(run: LoadTally, budget: Budget, saved: SavedRun | None) -> Iterator[Checked]:
    seconds = sum(window.seconds for window in run.judged_windows)
    times = sum(each.times for each in run.violations)
    yield from _absolute("", budget.limits, run.judged, seconds, times)
    operations = run.operations
    for name, limits in budget.operations.items():
        times = sum(each.times for each in run.violations if each.operation == name)
        measured = operations.get(name, Measured())
        yield from _absolute(f"{name}.", limits, measured, seconds, times)
    yield from _growth(run, budget.growth)
    if saved is not None:
        yield from compared(run, budget.relative or DEFAULT_RELATIVE, saved)


def _absolute(
    prefix: str, limits: Limits, measured: Measured, seconds: float, violations: int
) -> Iterator[Checked]:
    for name, share in SHARES.items():
        if (limit := getattr(limits, name)) is not None:
            value = measured.latency.quantile(share)
            in_ms = None if value is None else 1000 * value
            yield _at_most(prefix + name.removesuffix("_ms"), limit, in_ms, "ms")
    ended = measured.counts.ended
    if limits.error_rate is not None:
        percent = 100 * measured.counts.error_rate if ended else None
        yield _at_most(f"{prefix}error_rate", limits.error_rate, percent, "%")
    if limits.min_rate is not None:
        rate = ended / seconds if seconds else None
        ok = rate is not None and rate >= limits.min_rate
        yield Checked(
            name=f"{prefix}min_rate", limit=limits.min_rate, value=rate, unit="calls/s", ok=ok
        )
    if limits.max_violations is not None:
        yield _at_most(f"{prefix}max_violations", limits.max_violations, violations, "")


def _at_most(name: str, limit: float, value: float | None, unit: str, why: str = "") -> Checked:
    ok = value is not None and value <= limit
    return Checked(name=name, limit=limit, value=value, unit=unit, ok=ok, why=why)


def _growth(run: LoadTally, limits: Growth) -> Iterator[Checked]:
    for field in fields(Growth):
        if (limit := getattr(limits, field.name)) is not None:
            yield _grown(run, field.name, limit)


def _grown(run: LoadTally, resource: str, limit: float) -> Checked:
    name, unit, calls = f"growth.{resource}", "per 1,000 calls", 1000
    if resource == "memory":
        unit, calls = "bytes per call", 1
    start = run.planned.warm_up if run.planned is not None else 0.0
    samples = [each for each in run.samples if each.at >= start and resource in each.values]
    if not samples:
        return _at_most(name, limit, None, unit, f"{resource} was not sampled after the warm-up")
    found = rise(samples, resource)
    if isinstance(found, str):
        return _at_most(name, limit, None, unit, found)
    value = calls * found.per_call
    if value <= limit or found.chance < NOT_BY_CHANCE:
        return _at_most(name, limit, value, unit, f"Mann-Kendall p = {found.chance:.2g}")
    why = f"no steady growth: Mann-Kendall p = {found.chance:.2g}"
    return Checked(name=name, limit=limit, value=value, unit=unit, ok=True, why=why)
