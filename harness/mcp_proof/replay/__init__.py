"""Cassettes as servers: played, or recorded from a real server on the way."""

from mcp_proof.replay.mode import Mode
from mcp_proof.replay.replaying import Replay, replaying, running_replay

__all__ = ["Mode", "Replay", "replaying", "running_replay"]
