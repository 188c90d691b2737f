"""Peers that break the JSON-RPC envelope."""
