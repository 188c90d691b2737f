"""REST servers that break what docs/dialects/rest.md demands."""
