"""Servers that mix up the GET stream with the streams of requests."""

from mcp_proof_mocks.fault import fault

fault("http-get-stream-unrelated")
fault("http-get-stream-no-responses")
fault("http-no-broadcast")
