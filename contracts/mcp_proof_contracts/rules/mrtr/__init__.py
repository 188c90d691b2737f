"""Multi round-trip requests: what a server asks inside its results, and the retries that answer."""
