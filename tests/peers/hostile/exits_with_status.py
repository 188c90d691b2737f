"""Says on stderr what it lacks, and exits with a status of its own."""

import sys

sys.stderr.write("usage: server --token TOKEN\n")
sys.stderr.write("error: the token is missing\n")
sys.exit(64)
