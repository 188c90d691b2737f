from typing import Final

from mcp_proof_load.profiles.profile import Profile

STEADY: Final = Profile(
    name="steady",
    about="The same load all the time: how fast is it, and does it stay so?",
    shape=lambda _share: 1.0,
    users=16,
    duration=60.0,
    warm_up=5.0,
    level=True,
)
