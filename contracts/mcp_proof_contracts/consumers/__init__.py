"""What clients need of a server: written down from their traffic, and checked on any provider."""
