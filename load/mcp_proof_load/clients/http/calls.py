"""JSON-RPC calls over HTTP: a POST each, answered by JSON or by a stream of events."""

from collections.abc import Callable
from typing import Final, TypeAlias

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.wire import as_object
from mcp_proof_load.clients.client import Answer, BrokenError
from mcp_proof_load.clients.http.connection import Connection
from mcp_proof_load.clients.http.response import Response
from mcp_proof_load.clients.http.streamed_call import Resume, StreamedCall
from mcp_proof_load.clients.json_rpc import SHOWN, answers, failure_in, is_id, read

REDIRECTS: Final = 300
"""The first status that is no success (RFC 9110, section 15)."""

Told: TypeAlias = Callable[[bytes], object]
"""Is given each message that came before an answer."""


def ignore(_message: bytes) -> None:
    """Pass over what the server tells meanwhile."""


class Calls:
    """Makes calls over one connection."""

    __slots__ = ("connection", "told")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.told: Told = ignore

    def ask(self, request: bytes, number: int) -> Answer:
        """Send a request that has this id, and return its answer.

        Raises:
            BrokenError: none came.
            SilentError: it did not come in time.
        """
        return self.answer(self.connection.exchange(request), number)

    def answer(self, response: Response, number: int, resume: Resume | None = None) -> Answer:
        """Return the answer that a response holds to the call with this id.

        Args:
            response: it may have just begun.
            number: the id.
            resume: how a stream is taken up again, where it can be.

        Raises:
            BrokenError: there is none.
            SilentError: it did not come in time.
        """
        if response.is_stream:
            return StreamedCall(self.connection, self.told, number, resume).answer(response)
        body = response.take()
        message = as_object(read(body))
        if response.status >= REDIRECTS:
            words = failure_in(message)
            return Answer(body, refusal(response) + f": {words}" * bool(words), response.others)
        if not answers(message):
            raise BrokenError(_no_answer(response.status, body))
        if not is_id(message.get("id"), number):
            # The answers are one behind here: so that not all that follow are wrong.
            self.connection.close()
        return Answer(body, failure_in(message), response.others)


def refusal(response: Response) -> str:
    """Say which status a response has instead of success, and when to come again."""
    later = response.header(b"retry-after")
    return f"HTTP {response.status}" + (f", retry-after {excerpt(later, 30)}" if later else "")


def _no_answer(status: int, body: bytes) -> str:
    shown = excerpt(body.decode(errors="replace"), SHOWN) if body else "nothing"
    return f"HTTP {status} with what is no answer: {shown}"
