"""Servers whose sessions can be guessed, outlive their end, or leak into each other."""

from mcp_proof_mocks.fault import fault

fault("session-id-visible-ascii")
fault("session-id-unpredictable")
fault("session-id-missing-400")
fault("session-id-unknown-refused")
fault("session-terminated-404")
fault("session-delete-ok-or-405")
fault("session-isolation")
