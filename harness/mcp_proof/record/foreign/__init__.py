"""Recordings that other tools made, read as if they were cassettes of ours."""

from mcp_proof.record.foreign.reading import imported, is_foreign, read_recording

__all__ = ["imported", "is_foreign", "read_recording"]
