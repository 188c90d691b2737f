"""Servers that list or read resources wrongly, or tell of changes to the wrong clients."""
