"""Servers that keep every sentence, and harm their users."""
