"""What changed between two servers, or two states of one, and whether it breaks clients."""
