"""Prints a log line before each good answer."""

import conversation


def write(reply: str) -> None:
    """Print what belongs on stderr, then the answer."""
    print("INFO answering")
    print(reply)


conversation.serve(write)
