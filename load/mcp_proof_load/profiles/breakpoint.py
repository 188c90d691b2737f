from typing import Final

from mcp_proof_load.profiles.profile import Profile

FIRST: Final = 0.01
"""The share that it begins with."""

BREAKPOINT: Final = Profile(
    name="breakpoint",
    about="Ever more load until the server breaks, or the peak is reached: where does it break?",
    shape=lambda share: FIRST + (1 - FIRST) * share,
    users=1000,
    duration=240.0,
    warm_up=3.0,
    breaks=True,
)
