"""Faults put in front of the server while it is loaded."""
