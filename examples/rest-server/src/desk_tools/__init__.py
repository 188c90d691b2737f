"""Tools for a desk, offered as REST: some of our own, the others of an MCP server behind us."""
