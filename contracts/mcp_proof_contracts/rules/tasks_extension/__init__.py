"""The extension `io.modelcontextprotocol/tasks` (SEP-2663): tool calls that are answered later."""
