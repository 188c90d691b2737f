"""Servers whose stream of events nobody can follow."""

from mcp_proof_mocks.fault import fault

fault("events-stream-served")
fault("events-not-cached")
fault("events-hold-json")
fault("events-executions-told")
