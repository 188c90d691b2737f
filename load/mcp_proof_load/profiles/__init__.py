"""Load profiles: how much load there is at each moment of a run, as a pure function of time."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mcp_proof.errors import UsageError
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_load.profiles.breakpoint import BREAKPOINT
from mcp_proof_load.profiles.profile import Profile
from mcp_proof_load.profiles.ramp import RAMP
from mcp_proof_load.profiles.smoke import SMOKE
from mcp_proof_load.profiles.soak import SOAK
from mcp_proof_load.profiles.spike import SPIKE
from mcp_proof_load.profiles.steady import STEADY
from mcp_proof_load.profiles.stress import STRESS

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {profile.name: profile for profile in (SMOKE, STEADY, RAMP, SPIKE, SOAK, STRESS, BREAKPOINT)}
)
"""By name."""


def profile_named(name: str) -> Profile:
    """Return a profile.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in PROFILES:
        known = ", ".join(PROFILES)
        raise UsageError(
            f"there is no profile {name!r}; there are {known}.{did_you_mean(name, PROFILES)}"
        )
    return PROFILES[name]
