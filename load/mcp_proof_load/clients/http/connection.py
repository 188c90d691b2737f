"""One kept connection to an HTTP server, opened anew where the server has closed it."""

from typing import Final

from httptools import HttpParserError, HttpParserUpgrade

from mcp_proof_contracts.framing import MAX_FRAME
from mcp_proof_load.clients.client import BrokenError, Sent, SilentError, unsaid
from mcp_proof_load.clients.http.place import Place
from mcp_proof_load.clients.http.response import Response, Responses
from mcp_proof_load.clients.http.wire import Wire, wire_to
from mcp_proof_load.clients.hub import Watcher, current, get_hub

LATE: Final = "no answer in time"
NO_HTTP: Final = "what came is no HTTP"


class Connection:
    """Sends one request at a time.

    A request is sent a second time by nobody, since a server might have executed the first: only
    where the connection is seen to be closed before the request is written, another is opened.
    """

    __slots__ = ("_alarm", "_bell", "_place", "_responses", "_size", "_wire", "sent")

    def __init__(self, place: Place, timeout: float) -> None:
        self._place = place
        self._alarm = get_hub().loop.timer(timeout, timeout)
        """Rings when there is no answer in time."""
        self._bell: Watcher | None = None
        """Rings where there is another time for it."""
        self._wire: Wire | None = None
        self._responses = Responses()
        self._size = 0
        self.sent: Sent = unsaid
        """Told of every request that was sent to its end."""

    def open(self) -> None:
        """Connect, if that is not done.

        Raises:
            BrokenError: it is refused.
            SilentError: it takes too long.
        """
        self._alarm.again(current().throw, SilentError, LATE)
        try:
            if self._wire is None:
                self._wire = self._connected()
        finally:
            self.rest()

    def exchange(self, request: bytes) -> Response:
        """Send a request, and wait for its response: to its end, or for the head of a stream.

        The time for an answer runs on while a stream is read, until `rest`.

        Raises:
            BrokenError: no whole response came.
            SilentError: it did not come in time.
        """
        self._alarm.again(current().throw, SilentError, LATE)
        response = self.exchange_on(request)
        if response.complete:
            self.rest()
        return response

    def exchange_on(self, request: bytes) -> Response:
        """Do the same within the time that runs already."""
        try:
            others: tuple[bytes, ...] = ()
            wire = self._wire
            if wire is not None and (early := self._early(wire)) is not None:
                others = self._unasked(early)
                self._drop()
                wire = None
            if wire is None:
                wire = self._wire = self._connected()
            self._send(wire, request)
            response = self._response(wire)
        except BaseException:
            self.close()
            raise
        if response.complete:
            self.release(response)
        if others:
            response.others = (*others, *response.others)
        return response

    def more(self, response: Response) -> None:
        """Wait for more of a stream.

        Raises:
            BrokenError: it broke.
            SilentError: nothing came in time.
        """
        wire = self._wire
        if wire is None:
            raise BrokenError("the connection was closed")
        try:
            self._receive(wire)
        except BaseException:
            self.close()
            raise
        if response.complete:
            self.release(response)

    def release(self, response: Response) -> None:
        """Keep the connection for the next request, if it can be."""
        responses = self._responses
        if responses.now is not None or len(responses.complete) > 1:
            response.others += tuple(each.take() for each in responses.complete[1:])
            if responses.now is not None:
                response.others += (responses.now.take(),)
            self._drop()
        elif not response.keep or response.others:
            self._drop()
        else:
            responses.complete.clear()

    def hurry(self, seconds: float) -> None:
        """Give the server so much time from now on."""
        self.rest()
        self._bell = get_hub().loop.timer(seconds, seconds)
        self._bell.again(current().throw, SilentError, LATE)

    def rest(self) -> None:
        """Let what is under way take all the time it needs."""
        self._alarm.stop()
        if self._bell is not None:
            self._bell.close()
            self._bell = None

    def close(self) -> None:
        """Close at once; the next request opens another connection."""
        self.rest()
        self._drop()

    def _drop(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()
        self._responses = Responses()

    def _connected(self) -> Wire:
        return wire_to(self._place.host, self._place.port, self._place.tls)

    def _early(self, wire: Wire) -> bytes | None:
        """What has come since the last answer; `None` where the connection waits for a request."""
        try:
            return wire.waiting()
        except OSError:
            return b""

    def _unasked(self, data: bytes) -> tuple[bytes, ...]:
        """What came though nobody had asked, as far as it came."""
        if not data:
            return ()
        responses = self._responses
        try:
            responses.feed(data)
        except HttpParserError:
            return (data,)
        if responses.now is not None:
            responses.complete.append(responses.now)
        return tuple(each.take() for each in responses.complete)

    def _send(self, wire: Wire, request: bytes) -> None:
        self._size = 0
        try:
            wire.send(request)
        except OSError:
            # Who refuses a request may close before it was read to its end: the answer counts.
            return
        self.sent()

    def _response(self, wire: Wire) -> Response:
        """Return the first response, or the stream that has begun."""
        responses = self._responses
        while not responses.complete:
            now = responses.now
            if now is not None and now.is_stream:
                return now
            self._receive(wire)
            if self._size > MAX_FRAME and not responses.complete:
                raise BrokenError(f"an answer longer than {MAX_FRAME} bytes")
        return responses.complete[0]

    def _receive(self, wire: Wire) -> None:
        responses = self._responses
        try:
            data = wire.receive()
        except OSError as error:
            raise BrokenError(f"the connection broke: {error.strerror or error}") from error
        if not data:
            return responses.end()
        self._size += len(data)
        try:
            responses.feed(data)
        except HttpParserUpgrade as error:
            raise BrokenError("the server switches to another protocol (HTTP 101)") from error
        except HttpParserError as error:
            if not responses.complete:
                raise BrokenError(f"{NO_HTTP}: {error}") from error
            first = responses.complete[0]
            tail = data.rpartition(first.parts[-1])[2] if first.parts else data
            first.others += (tail,)
            responses.now = None
        return None
