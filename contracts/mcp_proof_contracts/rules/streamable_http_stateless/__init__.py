"""Streamable HTTP of 2026-07-28: every request stands alone, its headers mirror its message."""
