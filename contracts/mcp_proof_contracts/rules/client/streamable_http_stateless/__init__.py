"""Streamable HTTP since 2026-07-28 as clients use it: headers, and streams that are not resumed."""
