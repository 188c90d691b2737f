"""Says on stderr what it lacks, and exits with a status of its own."""

import sys

print("usage: server --token TOKEN", file=sys.stderr)
print("error: the token is missing", file=sys.stderr)
sys.exit(64)
