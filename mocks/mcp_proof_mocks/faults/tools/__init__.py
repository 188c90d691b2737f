"""Servers that list, take or answer tool calls wrongly."""
