"""Lifecycle: the handshake of the stateful era, and what it binds both sides to."""
