from typing import Final

from mcp_proof_load.profiles.profile import Profile

FIRST: Final = 0.1
"""The share that it begins with."""
RISING: Final = 0.75
"""The share of the time in which it rises; the rest of the time it stays at the peak."""


def _shape(share: float) -> float:
    return min(FIRST + (1 - FIRST) * share / RISING, 1.0)


RAMP: Final = Profile(
    name="ramp",
    about="Ever more load, then the peak for a while: what changes on the way up?",
    shape=_shape,
    users=32,
    duration=60.0,
    warm_up=3.0,
)
