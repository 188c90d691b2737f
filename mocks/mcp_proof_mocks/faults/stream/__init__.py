"""What can happen to the bytes of a connection, one fault per file."""
