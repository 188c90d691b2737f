"""What a profile is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Shape: TypeAlias = Callable[[float], float]
"""The share of the peak (0 to 1) at a share of the profile's time (0 to 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A profile: its shape, and what it is where the user says nothing."""

    name: str
    about: str
    """One sentence: what it is good for."""
    shape: Shape
    users: int
    """Users at the peak, by default."""
    duration: float
    """Seconds, warm-up not included, by default."""
    warm_up: float
    """Seconds before it, at the profile's first level, that are judged by nobody; by default."""
    level: bool = False
    """Whether the load stays the same, so that growth and slowing are the server's own."""
    breaks: bool = False
    """Whether it goes on to where a server can do no more, so that errors are what it looks for."""

    def share(self, at: float, duration: float) -> float | None:
        """Return the share of the peak at a moment; `None` when the profile is over.

        Args:
            at: seconds since the warm-up ended; below 0 within it.
            duration: seconds that the profile takes.
        """
        if at >= duration:
            return None
        return self.shape(max(at, 0.0) / duration)
