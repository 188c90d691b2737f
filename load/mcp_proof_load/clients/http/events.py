"""The events of a response that is a stream of them."""

from collections.abc import Iterator

from mcp_proof_contracts.framing import EventStreamReader, FrameTooLongError, ServerSentEvent
from mcp_proof_load.clients.client import BrokenError
from mcp_proof_load.clients.http.connection import Connection
from mcp_proof_load.clients.http.response import Response


def events_of(connection: Connection, response: Response) -> Iterator[ServerSentEvent]:
    """Yield the events of a response as they come, until it ends in order.

    Raises:
        BrokenError: the stream broke, or is none.
        SilentError: there is no end in time.
    """
    reader = EventStreamReader()
    try:
        while True:
            yield from reader.feed(response.take())
            if response.complete:
                return
            connection.more(response)
    except UnicodeDecodeError as error:
        connection.close()
        raise BrokenError("the stream of events is not UTF-8") from error
    except FrameTooLongError as error:
        connection.close()
        raise BrokenError(str(error)) from error
