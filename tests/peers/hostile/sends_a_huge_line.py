"""Answers tools/list with a line of a hundred megabytes."""

import conversation


def write(reply: str) -> None:
    """Write the answer, with a filler where tools are listed."""
    if '"tools": []' in reply:
        reply = reply.replace('"tools": []', f'"tools": [], "filler": "{"x" * 100_000_000}"')
    conversation.say(reply)


conversation.serve(write)
