"""Consumer contracts: made of recordings, and tried on a provider."""
