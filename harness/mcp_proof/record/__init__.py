"""Keeps what crosses between a client and a server."""
