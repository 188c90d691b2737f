"""What was measured of one operation: how its calls ended, and how long they took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mcp_proof_load.measuring.histogram import Histogram, merged

ENDINGS: Final = ("answered", "failed", "broken", "silent")
"""How a call can end: with a good answer; with an answer that tells of a failure; without a whole
answer, for the connection was refused, reset or held no answer; without a word within the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Calls, by what became of them.

    `sent` counts what was handed to the operating system, and the broken ones that could not be.
    """

    sent: int = 0
    answered: int = 0
    failed: int = 0
    broken: int = 0
    silent: int = 0
    late: int = 0
    """Calls that began more than a millisecond later than they were intended to (open model)."""
    events: int = 0
    """Messages delivered on held-open streams; they are no calls."""

    @classmethod
    def of(cls, numbers: Sequence[int]) -> "Counts":
        """Return the counts whose numbers are in the order of the fields."""
        return cls(**dict(zip(cls.__dataclass_fields__, numbers, strict=True)))

    @property
    def ended(self) -> int:
        """How many calls came to an end."""
        return self.answered + self.errors

    @property
    def errors(self) -> int:
        """How many calls ended otherwise than with a good answer."""
        return self.failed + self.broken + self.silent

    @property
    def unended(self) -> int:
        """How many were under way when their worker was lost."""
        return max(self.sent - self.ended, 0)

    @property
    def error_rate(self) -> float:
        """The share of the ended calls that ended badly, 0 to 1."""
        return self.errors / self.ended if self.ended else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Counts and latencies of one operation, or of all together, over some time."""

    counts: Counts = field(default_factory=Counts)
    latency: Histogram = field(default_factory=Histogram)
    """From the intended start of a call to the end of its answer; of answered and failed calls."""
    service: Histogram = field(default_factory=Histogram)
    """From when a call was really sent. The same as `latency` in the closed model."""


def together(parts: Iterable[Measured]) -> Measured:
    """Return the sum."""
    all_of_them = list(parts)
    names = Counts.__dataclass_fields__
    sums = {name: sum(getattr(each.counts, name) for each in all_of_them) for name in names}
    return Measured(
        counts=Counts(**sums),
        latency=merged(each.latency for each in all_of_them),
        service=merged(each.service for each in all_of_them),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Messages that came on streams which users hold open: they are no calls."""

    messages: int = 0
    streams: int = 0
    """How often a stream was begun; also those that were begun anew."""
    latency: Histogram = field(default_factory=Histogram)
    """From when a call was sent to when a message came that holds its marker; of those messages
    alone, and of calls of the same load process."""


def delivered(parts: Iterable[Deliveries]) -> Deliveries:
    """Return the sum."""
    all_of_them = list(parts)
    return Deliveries(
        messages=sum(each.messages for each in all_of_them),
        streams=sum(each.streams for each in all_of_them),
        latency=merged(each.latency for each in all_of_them),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was measured in a short stretch of a run, about a second."""

    start: float
    """Seconds since the load began."""
    seconds: float
    users: int
    """Users that ran at its end, before they were told to leave."""
    workers: int
    """Load processes that took part."""
    warm_up: bool
    """Whether it is left out of all judgements."""
    operations: Mapping[str, Measured]
    """By the operation's name."""
    deliveries: Deliveries = field(default_factory=Deliveries)

    @property
    def total(self) -> Measured:
        """All operations together."""
        return together(self.operations.values())

    @property
    def rate(self) -> float:
        """Calls ended in a second."""
        return self.total.counts.ended / self.seconds if self.seconds else 0.0
