"""What the mock client says in which era."""
