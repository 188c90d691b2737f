"""A failure tells of the inside of the server: a stack trace, a secret, a path.

Servers MUST sanitize tool outputs (server/tools, Security Considerations). Only failures are looked
at: what a tool gives when it works may well be a path. What the input held is no leak. An absolute
path alone is advice, for some servers are asked about files.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.observation import Observation
from mcp_proof.fuzz.oracles.texts import failure_texts, strings_in
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.internals import ASSIGNED, PATH, SOURCE_PLACE, STACK_TRACE
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secrets.known import known_secrets

EXPECTED: Final = "a sentence about what is wrong, without the inside of the server"


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain about each kind of internals that a failure shows."""
    last = seen[-1]
    sent = [last.arguments, *(message.value for message in last.sent)]
    given = "\n".join(text for value in sent for text in strings_in(value))
    for text in failure_texts(last):
        for detail, level, shown in _leaks(text, given):
            yield Complaint(
                oracle="leak",
                level=level,
                detail=detail,
                message=f"the text of a failure holds {detail}",
                expected=EXPECTED,
                actual=excerpt(shown),
            )


def _leaks(text: str, given: str) -> Iterator[tuple[str, Level, str]]:
    for _kind, secret in known_secrets(text):
        if secret not in given:
            yield "a secret", Level.MUST, text
            break
    else:
        if (value := ASSIGNED.search(text)) and value[1] not in given:
            yield "a secret", Level.MUST, text
    if trace := STACK_TRACE.search(text):
        yield "a stack trace", Level.MUST, trace[0].strip()
    elif (place := SOURCE_PLACE.search(text)) and place[0] not in given:
        yield "a line of its source", Level.MUST, place[0]
    elif (path := PATH.search(text)) and path[0] not in given:
        yield "an absolute path", Level.ADVICE, path[0]
