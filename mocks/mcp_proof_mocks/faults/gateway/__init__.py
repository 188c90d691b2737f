"""Gateways that break what docs/dialects/gateway.md demands."""
