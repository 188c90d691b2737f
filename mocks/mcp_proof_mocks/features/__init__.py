"""What the mock answers, one module per server feature."""
