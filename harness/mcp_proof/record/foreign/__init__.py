"""Recordings that other tools made, read as if they were cassettes of ours."""

from mcp_proof.record.foreign.reading import imported, is_ours, may_be_recording, read_recording

__all__ = ["imported", "is_ours", "may_be_recording", "read_recording"]
