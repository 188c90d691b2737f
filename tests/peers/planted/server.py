"""A server with one planted bug in each tool; with `--clean`, the same server without any.

Which bugs these are, and what shows them, says `bugs.py`. `--tried FILE` adds a line to a file for
each input that comes in: the name of what it is an input of.
"""

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


def write(line):
    sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.buffer.flush()


def teller(options):
    """Return what keeps what is tried, where anybody wants to know."""
    if "--tried" not in options:
        return lambda _: None
    path = options[options.index("--tried") + 1]

    def tell(operation):
        with open(path, "a") as file:  # noqa: PTH123  # pathlib takes as long as all else
            file.write(f"{operation}\n")

    return tell


def main(options):
    sys.setrecursionlimit(DEEPEST)
    sys.set_int_max_str_digits(0)
    conversation = Conversation(write, teller(options), broken="--clean" not in options)
    for line in sys.stdin.buffer:
        if line.strip():
            conversation.hear(line)


if __name__ == "__main__":
    main(sys.argv[1:])
