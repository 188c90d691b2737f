"""HTTP/1.1 as it passes: whose bytes end where, and which exchanges they make."""
