"""What a run may cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Absolute limits, on all calls or on those of one operation; `None` for none."""

    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    max_ms: float | None = None
    error_rate: float | None = None
    """Percent."""
    min_rate: float | None = None
    """Calls ended in a second, at least."""
    max_violations: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Limits on how much of its resources the server keeps; `None` for none."""

    memory: float | None = None
    """Bytes per call."""
    handles: float | None = None
    """Per 1,000 calls, as the others."""
    threads: float | None = None
    sessions: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """How much more than the saved run took is allowed; `None` for any."""

    p50_percent: float | None = None
    p95_percent: float | None = None
    p99_percent: float | None = None
    error_points: float | None = None
    """Percentage points by which the error rate may be higher."""


DEFAULT_RELATIVE = Relative(p95_percent=15.0, p99_percent=20.0, error_points=0.5)
"""What is allowed where a saved run is given, and no budget says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """All limits of a run."""

    limits: Limits = field(default_factory=Limits)
    operations: Mapping[str, Limits] = field(default_factory=dict[str, Limits])
    growth: Growth = field(default_factory=Growth)
    relative: Relative | None = None
    """`None` where it says nothing of a saved run: then `DEFAULT_RELATIVE` holds."""
