"""Calls that run as tasks, in both forms."""
