"""Servers from which streams cannot be taken up again properly."""

from mcp_proof_mocks.fault import fault

fault("http-sse-priming-event")
fault("http-event-id-unique")
fault("http-event-id-encodes-stream")
fault("http-resume-same-stream-only")
