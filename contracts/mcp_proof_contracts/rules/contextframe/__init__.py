"""ContextFrame: what docs/dialects/contextframe.md demands of a server."""
