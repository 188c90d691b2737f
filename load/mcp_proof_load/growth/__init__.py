"""Whether the server grows while it is loaded."""
