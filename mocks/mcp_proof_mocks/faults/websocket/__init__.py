"""Servers that break what docs/dialects/websocket.md demands."""
