"""Gateway: what docs/dialects/gateway.md demands of one address for many servers."""
