"""Lists of tasks that keep something to themselves."""

from mcp_proof_mocks.fault import fault

fault("task11-list-complete")
