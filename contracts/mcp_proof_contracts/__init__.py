"""What MCP requires, without I/O: messages, transcripts, rules, schemas."""
