"""A server with one planted bug in each tool; with `--clean`, the same server without any.

Which bugs these are, and what shows them, says `bugs.py`.
"""

import os
import sys

import tools.accepting
import tools.answering
import tools.crashing
import tools.leaking
import tools.remembering
import tools.silent  # noqa: F401  # whatever is imported is offered
from conversation import Conversation

DEEPEST = 10_000
"""Levels of nesting that are read."""


def main():
    sys.setrecursionlimit(DEEPEST)
    sys.set_int_max_str_digits(0)

    def write(line):
        sys.stdout.buffer.write(line.encode() + b"\n")
        sys.stdout.buffer.flush()

    conversation = Conversation(write, broken="--clean" not in sys.argv)
    for line in sys.stdin.buffer:
        if line.strip():
            conversation.hear(line)


if __name__ == "__main__":
    main()
    os._exit(0)
