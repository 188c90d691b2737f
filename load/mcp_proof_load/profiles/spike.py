from typing import Final

from mcp_proof_load.profiles.profile import Profile

BEFORE_AND_AFTER: Final = 0.1
"""The share of the peak that there is around it."""
BEGINS, ENDS = 0.4, 0.6
"""The share of the time at which the peak begins, and ends."""


def _shape(share: float) -> float:
    return 1.0 if BEGINS <= share < ENDS else BEFORE_AND_AFTER


SPIKE: Final = Profile(
    name="spike",
    about="Little load, suddenly ten times as much, then little again: does it hold?",
    shape=_shape,
    users=64,
    duration=60.0,
    warm_up=3.0,
)
