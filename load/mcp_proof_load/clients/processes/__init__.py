"""Servers that are processes of their own."""
