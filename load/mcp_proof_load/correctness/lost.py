"""Which calls without an answer were lost, and which only met a server that was slow or dead.

A call is lost where the server answered others of the same operation at once all the time that it
was waited for: of one tool that is quick, nothing follows for another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from mcp_proof_load.events import Kind, Violated
from mcp_proof_load.measuring.histogram import merged
from mcp_proof_load.measuring.measured import Window

MANY: Final = 100
"""Calls of the same operation that were answered meanwhile, at least."""
AT_ONCE: Final = 0.1
"""The share of the timeout below which the p99 of these must be."""
SHOWN: Final = 5
"""Times that a violation names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentCall:
    """A call that was not answered within the time."""

    operation: str
    sent_at: float
    """Seconds since the load began."""
    timeout: float
    """Seconds that it was waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What became of the calls without an answer."""

    violated: tuple[Violated, ...]
    """Of kind LOST, one for each operation."""
    slow: tuple[SilentCall, ...]
    """Those that may only have met a slow server: they stay errors."""


def lost(silent: Sequence[SilentCall], windows: Sequence[Window]) -> Silence:
    """Tell lost calls from slow ones, by what was measured in `windows` while they waited."""

    @cache
    def answered_at_once(operation: str, first: int, end: int, timeout: float) -> bool:
        measured = [window.operations.get(operation) for window in windows[first:end]]
        found = merged(each.latency for each in measured if each is not None)
        p99 = found.quantile(0.99)
        return found.count >= MANY and p99 is not None and p99 < AT_ONCE * timeout

    def is_lost(call: SilentCall) -> bool:
        end_at = call.sent_at + call.timeout
        within = [
            at
            for at, window in enumerate(windows)
            if window.start >= call.sent_at and window.start + window.seconds <= end_at
        ]
        if not within:
            return False
        return answered_at_once(call.operation, within[0], within[-1] + 1, call.timeout)

    found = sorted(filter(is_lost, silent), key=lambda call: (call.operation, call.sent_at))
    gone = set(found)
    return Silence(
        violated=tuple(
            _violated(name, list(calls))
            for name, calls in groupby(found, key=lambda call: call.operation)
        ),
        slow=tuple(call for call in silent if call not in gone),
    )


def _violated(operation: str, calls: Sequence[SilentCall]) -> Violated:
    times = ", ".join(f"{call.sent_at:.1f} s" for call in calls[:SHOWN])
    more = f" and {len(calls) - SHOWN} more" if len(calls) > SHOWN else ""
    share = f"{AT_ONCE:.0%}".replace("%", " %")
    return Violated(
        kind=Kind.LOST,
        message=f"calls of {operation} were never answered, while later ones were at once",
        times=len(calls),
        operation=operation,
        expected="an answer to each call, or an error",
        actual=(
            f"nothing within {calls[0].timeout:g} s for calls sent at {times}{more}; meanwhile at "
            f"least {MANY} others of it were answered, their p99 below {share} of that time"
        ),
        at=calls[0].sent_at,
    )
