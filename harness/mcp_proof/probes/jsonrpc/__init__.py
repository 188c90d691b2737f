"""Stimuli about the JSON-RPC envelope."""
