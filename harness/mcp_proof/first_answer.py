"""The very first answer of a server, and what its silence may mean."""

from http import HTTPStatus
from typing import Final

from mcp_proof.errors import PeerError
from mcp_proof.last_words import last_words
from mcp_proof.sessions.session import Answer, Session
from mcp_proof.sessions.stateful import StatefulSession
from mcp_proof.transports.streamable_http import HttpConnection

NO_ENDPOINT: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
NOT_STREAMABLE: Final = (HTTPStatus.BAD_REQUEST, *NO_ENDPOINT)
"""The statuses of `initialize` at which a client tries HTTP+SSE (2025-11-25, transports, Backwards
Compatibility)."""


class NotStreamableError(PeerError):
    """The URL refuses `initialize` as what speaks HTTP+SSE does."""


async def first_answer(session: Session, patience: float) -> Answer:
    """Start the session, with the patience that a first answer needs."""
    usual, session.timeout = session.timeout, patience
    try:
        return await session.start()
    finally:
        session.timeout = usual


async def silent(session: Session, answer: Answer) -> PeerError:
    """Describe a server that never answered; its connection is closed."""
    await session.close()
    status = f" (HTTP {answer.status})" if answer.status is not None else ""
    seen = last_words(session.recorder.transcript, session.connection.name)
    hint = _hint(session, answer)
    http = isinstance(session, StatefulSession) and isinstance(session.connection, HttpConnection)
    kind = NotStreamableError if http and answer.status in NOT_STREAMABLE else PeerError
    why = answer.why.removesuffix(".")
    said = f"the server did not answer: {why}{status}. {hint}{seen}".rstrip()
    return kind(session.recorder.mask(said))


def _hint(session: Session, answer: Answer) -> str:
    """What may be wrong with the target, as far as its silence tells."""
    if session.echoed:
        return "It sends back what it is sent: is this a server at all? "
    if answer.status in NO_ENDPOINT:
        return "Is this the path of the endpoint? Many servers have it at /mcp. "
    if "SSL" in answer.why:
        return "Does the server speak plain HTTP? Then the URL begins with http://. "
    return ""
