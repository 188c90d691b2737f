"""How much load there is to be at a moment of a run."""

from typing import NamedTuple

from mcp_proof_load.plan import Plan
from mcp_proof_load.profiles import profile_named


class Level(NamedTuple):
    """The load of all processes together."""

    users: int
    """In the open model all users at any time: they wait for the calls that are due."""
    rate: float | None
    """Calls a second; `None` in the closed model, where users call as fast as they are answered."""


def level(plan: Plan, at: float) -> Level | None:
    """Return the load at a moment; `None` when the profile is over.

    Args:
        plan: the plan.
        at: seconds since the warm-up ended; below 0 within it.

    Raises:
        UsageError: there is no profile of the plan's name.
    """
    share = profile_named(plan.profile).share(at, plan.duration)
    if share is None:
        return None
    if plan.rate is not None:
        return Level(plan.users, share * plan.rate)
    return Level(max(1, round(share * plan.users)), None)
