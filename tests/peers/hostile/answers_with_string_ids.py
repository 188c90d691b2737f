"""Answers everything well, but turns every id into a string."""

import json

import conversation


def write(reply: str) -> None:
    """Write the answer with its id as a string."""
    message = json.loads(reply)
    conversation.say(json.dumps({**message, "id": str(message["id"])}))


conversation.serve(write)
