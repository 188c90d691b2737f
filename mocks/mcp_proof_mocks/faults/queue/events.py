"""Servers that do not tell when a request has come to its end."""

from mcp_proof_mocks.fault import fault

fault("queue-completed-event")
fault("queue-completed-shape")
fault("queue-failure-completed")
