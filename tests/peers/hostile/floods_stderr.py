"""Writes to stderr for ever, without listening."""

import sys

while True:
    sys.stderr.write("x" * 100 + "\n")
