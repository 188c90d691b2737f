"""One event stream on which many calls are answered that were POSTed."""

from contextlib import suppress
from dataclasses import replace
from typing import Final, cast
from urllib.parse import SplitResult, urljoin, urlsplit

from gevent import Greenlet, Timeout, spawn
from gevent.event import AsyncResult

from mcp_proof.dialects.over_http import EVENT_STREAM
from mcp_proof.transports.http_sse import POST_HEADERS
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.wire import Message
from mcp_proof_load.clients.channels.opening import reply
from mcp_proof_load.clients.channels.shared_channel import SharedChannel
from mcp_proof_load.clients.client import BrokenError, Sent, SilentError, unsaid
from mcp_proof_load.clients.http.calls import REDIRECTS, refusal
from mcp_proof_load.clients.http.connection import Connection
from mcp_proof_load.clients.http.events import events_of
from mcp_proof_load.clients.http.place import place_of, with_body
from mcp_proof_load.clients.http.response import Response
from mcp_proof_load.plan import Plan

SHOWN: Final = 100


class SseLink:
    """An event stream whose endpoint is known, from the beginning."""

    def __init__(self, plan: Plan) -> None:
        """Ask for the stream, and wait for its endpoint.

        Raises:
            BrokenError: there is none.
            SilentError: it does not come in time.
        """
        self._url = str(plan.place["url"])
        self._place = place_of(plan)
        self._timeout = plan.timeout
        self._free: list[Connection] = []
        """Connections over which nothing is POSTed at the moment."""
        self._named: AsyncResult[str] = AsyncResult()
        self._stream = Connection(self._place, plan.timeout)
        self.channel = SharedChannel(self.send, self._reply)
        response = self._begun()
        self._reading: Greenlet[[], None] = spawn(lambda: self._read(response))
        try:
            with Timeout(plan.timeout, SilentError(f"no endpoint within {plan.timeout:g} s")):
                self._head = self._head_of(cast("str", self._named.get()))
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """Whether calls can still be made."""
        return self.channel.alive

    def send(self, raw: bytes, sent: Sent = unsaid) -> None:
        """POST one message, and wait until it is taken.

        Raises:
            BrokenError: it is not taken.
            SilentError: the server says nothing to it in time.
        """
        connection = self._free.pop() if self._free else Connection(self._place, self._timeout)
        connection.sent = sent
        response = connection.exchange(with_body(self._head, raw))
        if not response.complete:
            connection.close()
        if response.status >= REDIRECTS:
            raise BrokenError(f"the endpoint takes no message: {refusal(response)}")
        if self.alive:
            self._free.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close the stream, and the connections to its endpoint."""
        self.channel.end("the event stream is closed")
        self._reading.kill()
        self._stream.close()
        while self._free:
            self._free.pop().close()

    def _begun(self) -> Response:
        request = self._place.request("GET", EVENT_STREAM.items()) + b"\r\n"
        response = self._stream.exchange(request)
        if not response.is_stream:
            self._stream.close()
            raise BrokenError(f"no stream of events: {refusal(response)}")
        self._stream.rest()
        return response

    def _read(self, response: Response) -> None:
        why = "the server has ended the event stream"
        try:
            for event in events_of(self._stream, response):
                if event.event == "endpoint":
                    self._named.set(event.data)
                elif event.event == "message":
                    self.channel.take(event.data.encode())
        except (BrokenError, SilentError) as error:
            why = f"the event stream broke: {error}"
        self.channel.end(why)
        self._named.set_exception(BrokenError(why))  # for who still waits for it

    def _head_of(self, named: str) -> bytes:
        """Return the head of POSTs to the endpoint; to another origin nothing is sent."""
        url = urlsplit(urljoin(self._url, named))
        if _origin(url) != _origin(urlsplit(self._url)):
            raise BrokenError(f"the endpoint is on another origin: {excerpt(named, SHOWN)}")
        target = url.path + (f"?{url.query}" if url.query else "")
        return replace(self._place, target=target).request("POST", POST_HEADERS.items())

    def _reply(self, message: Message) -> None:
        """Answer a request of the server beside the reading of the stream, since that waits."""
        spawn(lambda: self._answer(message))

    def _answer(self, message: Message) -> None:
        with suppress(BrokenError, SilentError):  # it is the server that wants to hear it
            self.send(reply(message))


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port
