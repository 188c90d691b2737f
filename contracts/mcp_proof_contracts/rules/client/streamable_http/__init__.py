"""Streamable HTTP as clients use it: messages, streams, sessions."""
