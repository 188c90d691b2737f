from typing import Final

from mcp_proof_load.profiles.profile import Profile

SMOKE: Final = Profile(
    name="smoke",
    about="A few users for some seconds: does it work at all under load?",
    shape=lambda _share: 1.0,
    users=2,
    duration=5.0,
    warm_up=1.0,
    level=True,
)
