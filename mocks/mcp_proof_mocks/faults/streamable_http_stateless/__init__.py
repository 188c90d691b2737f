"""Servers that treat Streamable HTTP of 2026-07-28 carelessly."""
