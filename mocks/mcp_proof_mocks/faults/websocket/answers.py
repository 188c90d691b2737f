"""Servers that mix up what is under way together, or take one request at a time."""

from mcp_proof_mocks.fault import fault

fault("websocket-answers-not-crossed")
fault("websocket-slow-call-holds-up-none")
fault("websocket-survives-malformed")
