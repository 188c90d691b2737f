"""Servers that speak JSON-RPC over WebSockets."""
