"""REST: what docs/dialects/rest.md demands of a server."""
