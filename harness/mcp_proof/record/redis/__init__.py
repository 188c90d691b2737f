"""What a client of a queue says to a Redis, and what it is told, as it passes."""
