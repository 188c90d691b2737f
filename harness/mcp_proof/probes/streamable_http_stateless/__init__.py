"""Stimuli about Streamable HTTP of 2026-07-28."""
