"""Tool calls that run as tasks: the experiment of 2025-11-25, and the extension of 2026-07-28."""
