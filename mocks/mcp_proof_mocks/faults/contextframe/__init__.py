"""ContextFrame servers that break what docs/dialects/contextframe.md demands."""
