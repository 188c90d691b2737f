"""Writes lines for ever, without listening."""

import sys

while True:
    sys.stdout.write("still working\n")
