"""JSON-RPC 2.0 as the dialects besides MCP have it."""
