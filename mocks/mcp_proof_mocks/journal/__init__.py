"""What crossed the mock's wire, and what tests ask of it."""

from mcp_proof_mocks.journal.journal import Journal, RecordedRequest, ToolCall

__all__ = ["Journal", "RecordedRequest", "ToolCall"]
