"""What users do: one file for each kind, all of them locust users.

`McpUser` and `ProfileShape` are for locustfiles of one's own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mcp_proof_load.users.agent import Agent
from mcp_proof_load.users.caller import Caller
from mcp_proof_load.users.churner import Churner
from mcp_proof_load.users.listener import Listener
from mcp_proof_load.users.mcp_user import McpUser
from mcp_proof_load.users.planned_user import PlannedUser
from mcp_proof_load.users.profile_shape import ProfileShape

__all__ = ["USERS", "McpUser", "ProfileShape"]

USERS: Final[Mapping[str, type[PlannedUser]]] = MappingProxyType(
    {"caller": Caller, "churn": Churner, "agent": Agent, "listener": Listener}
)
"""The users of planned runs, by what `--user` calls them."""
