"""Cassettes as servers: played, or recorded from a real server on the way."""

from mcp_proof.replay.misses import Misses
from mcp_proof.replay.mode import Mode
from mcp_proof.replay.recording import NotWantedError
from mcp_proof.replay.replaying import Replay, replaying, running_replay

__all__ = ["Misses", "Mode", "NotWantedError", "Replay", "replaying", "running_replay"]
