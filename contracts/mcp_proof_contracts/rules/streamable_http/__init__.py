"""Streamable HTTP as sessions, streams and resumption make it: one module per section."""
