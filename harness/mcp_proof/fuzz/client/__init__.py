"""How our client answers what a server asks it while a case runs.

A step says it as `"client": "generated:3"`: valid answers made from the seed 3, or `"hostile:3"`:
the third of those that no server should have to see, and must live with. Without it the answers are
valid and always the same.
"""

import re
from typing import Final

from mcp_proof.fuzz.client.generated import generated
from mcp_proof.fuzz.client.hostile import hostile, hostile_answers
from mcp_proof.sessions.client import Answering, answer_at_once

__all__ = ["FORM", "HOSTILE", "answering", "hostile_answers", "is_hostile"]

GENERATED: Final = "generated"
HOSTILE: Final = "hostile"
FORM: Final = re.compile(rf"({GENERATED}|{HOSTILE}):([0-9]{{1,9}})")


def answering(client: str) -> Answering:
    """Return what answers requests of the server in this way; empty: as always."""
    match = FORM.fullmatch(client)
    if match is None:
        return answer_at_once
    make = generated if match[1] == GENERATED else hostile
    number = int(match[2])
    return lambda message: make(message, number)


def is_hostile(client: str) -> bool:
    """Whether the answers are none that a server can be content with."""
    return client.startswith(HOSTILE)
