"""What changed between two surfaces of a server, and whether it breaks a client."""
