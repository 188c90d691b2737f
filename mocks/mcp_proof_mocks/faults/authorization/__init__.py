"""Servers that let in whom they should not, or tell nobody how to get in."""
