"""JSON-RPC servers of the dialects besides MCP that refuse nothing, or for the wrong reason."""
