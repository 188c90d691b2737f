from typing import Final

from mcp_proof_load.profiles.profile import Profile

SOAK: Final = Profile(
    name="soak",
    about="The same moderate load for half an hour: does the server grow or become slower?",
    shape=lambda _share: 1.0,
    users=8,
    duration=1800.0,
    warm_up=30.0,
    level=True,
)
