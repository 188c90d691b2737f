"""The dialects besides MCP: one module each, which says how such a server is driven."""
