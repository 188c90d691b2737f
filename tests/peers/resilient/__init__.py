"""Example clients that keep what they promise, and break what they are told to, one per promise."""
