"""Load profiles for MCP servers. Reserved: `mcp-proof load` is not built yet."""
