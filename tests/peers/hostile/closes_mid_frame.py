"""Exits in the middle of its answer to tools/list."""

import os
import sys

import conversation


def write(reply: str) -> None:
    """Write the answer, or half of it."""
    if '"tools": []' in reply:
        sys.stdout.write(reply[:20])
        sys.stdout.flush()
        os._exit(0)
    conversation.say(reply)


conversation.serve(write)
