"""Streams that a server holds open, to tell what happens: listened to for as long as they last."""

import time
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from mcp_proof_contracts.framing import ServerSentEvent
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_load.clients.client import BrokenError, Sent, unsaid
from mcp_proof_load.clients.http.calls import refusal
from mcp_proof_load.clients.http.connection import Connection
from mcp_proof_load.clients.http.events import events_of
from mcp_proof_load.clients.http.place import Place
from mcp_proof_load.clients.http.response import Response
from mcp_proof_load.clients.http.streamed_call import LONGEST_RETRY, RESUMPTIONS
from mcp_proof_load.clients.hub import sleep
from mcp_proof_load.clients.stateful import StatefulClient
from mcp_proof_load.clients.stateless import StatelessClient

ALL_LISTS: Final[JsonObject] = {
    "toolsListChanged": True,
    "promptsListChanged": True,
    "resourcesListChanged": True,
}
"""What is listened for in 2026-07-28 where nothing else is asked for."""


class Delivered(NamedTuple):
    """A message that came on a stream."""

    body: bytes
    at: float
    """When it came, by `time.perf_counter`."""


class Stream:
    """A stream on a connection of its own; used by one user, who may call tools meanwhile."""

    def __init__(
        self, place: Place, timeout: float, request: Callable[[str], bytes], *, resumes: bool
    ) -> None:
        """Prepare it.

        Args:
            place: where it is.
            timeout: seconds to wait for its beginning.
            request: returns the request for what follows on the event of an id, or for all.
            resumes: whether the era takes streams up again that were closed.
        """
        self.begun: Sent = unsaid
        """Told each time that the stream begins, also anew."""
        self._connection = Connection(place, timeout)
        self._request = request
        self._resumes = resumes
        self._response: Response | None = None
        self._last_id = ""
        self._retry: float | None = None
        self._delivered = 0

    def open(self) -> None:
        """Ask for the stream, and wait until it begins.

        Raises:
            BrokenError: there is none to be had.
            SilentError: it does not begin in time.
        """
        response = self._connection.exchange(self._request(self._last_id))
        if not response.is_stream:
            self._connection.close()
            raise BrokenError(f"no stream of events: {refusal(response)}")
        self._connection.rest()
        self._response = response
        self.begun()

    def messages(self) -> Iterator[Delivered]:
        """Yield what comes, until the server closes the stream for good.

        Raises:
            BrokenError: it broke, and could not be taken up again.
            SilentError: the server did not take it up again in time.
        """
        fruitless = 0
        while (response := self._response) is not None:
            before = self._delivered
            broken = None
            try:
                yield from self._messages_of(response)
            except BrokenError as error:
                broken = error
            fruitless = 0 if self._delivered > before else fruitless + 1
            if not self._goes_on() or fruitless > RESUMPTIONS:
                if broken is not None:
                    raise broken
                return
            sleep(min(self._retry or 0.0, LONGEST_RETRY))
            self.open()

    def close(self) -> None:
        """Close it; who waits for messages is told that it is broken."""
        self._response = None
        self._connection.close()

    def _goes_on(self) -> bool:
        known = bool(self._last_id) or self._retry is not None
        return self._resumes and known and self._response is not None

    def _messages_of(self, response: Response) -> Iterator[Delivered]:
        for event in events_of(self._connection, response):
            self._note(event)
            if event.data:
                self._delivered += 1
                yield Delivered(event.data.encode(), time.perf_counter())

    def _note(self, event: ServerSentEvent) -> None:
        self._last_id = event.id if event.id is not None else self._last_id
        self._retry = event.retry / 1000 if event.retry is not None else self._retry


def stream_of_session(client: StatefulClient) -> Stream:
    """Return the stream of an open session (Listening for Messages from the Server)."""
    return Stream(client.place, client.timeout, client.listening, resumes=True)


def subscription(client: StatelessClient, number: int, wanted: JsonObject = ALL_LISTS) -> Stream:
    """Return a stream of notifications of 2026-07-28; the first acknowledges what is wanted.

    Args:
        client: says where, and how.
        number: the id of the request.
        wanted: the filter.
    """
    request = client.listening(number, wanted)
    return Stream(client.place, client.timeout, lambda _after: request, resumes=False)
