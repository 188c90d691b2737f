"""Kailash-style servers whose errors and checks mislead."""
