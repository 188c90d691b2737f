from typing import Final

from mcp_proof_load.profiles.profile import Profile

STEPS: Final = 10
"""Equal steps up to the peak, each of the same length."""


def _shape(share: float) -> float:
    return (min(int(share * STEPS), STEPS - 1) + 1) / STEPS


STRESS: Final = Profile(
    name="stress",
    about="Ten steps up to the peak: from which load on do calls take longer, and no more come?",
    shape=_shape,
    users=200,
    duration=110.0,
    warm_up=5.0,
    breaks=True,
)
