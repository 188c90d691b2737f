"""Servers that break the tasks extension."""
