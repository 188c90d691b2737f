"""Load profiles: how much load there is at each moment of a run, as a pure function of time."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mcp_proof_load.profiles.profile import Profile
from mcp_proof_load.profiles.smoke import SMOKE
from mcp_proof_load.profiles.steady import STEADY

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {profile.name: profile for profile in (SMOKE, STEADY)}
)
"""By name."""
