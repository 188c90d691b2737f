"""A call whose answer comes as an event among others."""

import time
from collections.abc import Callable
from typing import Final, TypeAlias

from mcp_proof_contracts.framing import ServerSentEvent
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_load.clients.client import Answer, BrokenError, SilentError
from mcp_proof_load.clients.http.connection import Connection
from mcp_proof_load.clients.http.events import events_of
from mcp_proof_load.clients.http.response import Response
from mcp_proof_load.clients.hub import sleep
from mcp_proof_load.clients.json_rpc import answers, failure_in, is_id, read

LINGER: Final = 0.25
"""Seconds in which a stream may end that has brought its answer, so that the connection is kept."""
RESUMPTIONS: Final = 5
"""How often a stream that ended before its answer is taken up again."""
LONGEST_RETRY: Final = 3.0
"""Seconds to wait at most where a server asks for a pause before that."""
MOST_ANSWERS: Final = 100
"""Answers to one call after which no more are read."""

Resume: TypeAlias = Callable[[str], bytes]
"""Returns the request for what follows on the event that has this id."""


class StreamedCall:
    """Looks for the answer to one call."""

    def __init__(
        self,
        connection: Connection,
        told: Callable[[bytes], object],
        number: int,
        resume: Resume | None,
    ) -> None:
        self._connection = connection
        self._told = told
        self._number = number
        self._resume = resume
        self._answers: list[tuple[bytes, JsonObject]] = []
        self._came = 0.0
        self._last_id = ""
        self._retry = 0.0

    def answer(self, response: Response) -> Answer:
        """Read the stream, and those that carry it on, until the answer has come.

        Raises:
            BrokenError: there is none.
            SilentError: it did not come in time.
        """
        try:
            for _ in range(1 + RESUMPTIONS):
                self._read(response)
                if self._answers:
                    return self._chosen(response.others)
                if self._resume is None or not self._last_id:
                    break
                response = self._carried_on(self._resume)
                if not response.is_stream:
                    break
        finally:
            self._connection.rest()
        raise BrokenError("the stream of events ended without an answer")

    def _carried_on(self, resume: Resume) -> Response:
        sleep(min(self._retry, LONGEST_RETRY))
        return self._connection.exchange_on(resume(self._last_id))

    def _read(self, response: Response) -> None:
        try:
            for event in events_of(self._connection, response):
                self._take(event)
                if len(self._answers) > MOST_ANSWERS:
                    self._connection.close()
                    return
        except (BrokenError, SilentError):
            # What breaks after the answer takes nothing from it.
            if not self._answers:
                raise

    def _take(self, event: ServerSentEvent) -> None:
        self._last_id = event.id if event.id is not None else self._last_id
        self._retry = event.retry / 1000 if event.retry is not None else self._retry
        if not event.data:
            return
        body = event.data.encode()
        message = as_object(read(body))
        if not answers(message):
            self._told(body)
            return
        self._answers.append((body, message))
        if not self._came:
            self._came = time.perf_counter()
            self._connection.hurry(LINGER)

    def _chosen(self, others: tuple[bytes, ...]) -> Answer:
        """The answer with the right id, or else the first; the others claim to be it as well."""
        own = [each for each in self._answers if is_id(each[1].get("id"), self._number)]
        body, message = chosen = (own or self._answers)[0]
        further = tuple(each[0] for each in self._answers if each is not chosen)
        return Answer(body, failure_in(message), (*further, *others), self._came)
