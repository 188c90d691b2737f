"""Property-based fuzzing: what a server offers is tried with good, odd and bad inputs."""

from mcp_proof.fuzz.hooks import strategy

__all__ = ["strategy"]
