"""Writes a log line before each good answer."""

import conversation


def write(reply: str) -> None:
    """Write what belongs on stderr, then the answer."""
    conversation.say("INFO answering")
    conversation.say(reply)


conversation.serve(write)
