"""Kailash style: error codes that tell callers what to do, and checks for orchestrators."""
