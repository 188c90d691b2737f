"""What a contract does not define, answered by a real server."""
