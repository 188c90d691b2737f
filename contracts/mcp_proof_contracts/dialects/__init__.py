"""What each dialect besides MCP has on the wire, said once for engine, rules and mock."""
