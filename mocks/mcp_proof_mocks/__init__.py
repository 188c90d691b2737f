"""Peers that behave, and peers that misbehave on request."""
