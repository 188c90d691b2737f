"""The HTTP sessions of the stateful era: a conversation and the streams that belong to it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from mcp_proof_contracts.framing import ServerSentEvent, encode_event
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import encode

from mcp_proof_mocks.conversation import Conversation

Write = Callable[[bytes], None]


@dataclass(slots=True)
class Stream:
    """One event stream; it keeps its events so that a client can resume it."""

    number: int
    write: Write | None = None
    finished: bool = False
    events: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])

    def put(self, event_id: str, data: bytes) -> None:
        """Keep an event and write it to whoever listens."""
        self.events.append((event_id, data))
        if self.write is not None:
            self.write(data)

    def after(self, event_id: str) -> list[bytes]:
        """Return the events that came after the one with this id."""
        ids = [known for known, _ in self.events]
        return [data for _, data in self.events[ids.index(event_id) + 1 :]]


class HttpSession:
    """One session: who talks, and over which streams."""

    def __init__(self, session_id: str, conversation: Conversation) -> None:
        self.id = session_id
        self.conversation = conversation
        self.streams: list[Stream] = []
        self.listening: Stream | None = None
        """The open GET stream."""
        self._events = itertools.count(1)

    def open_stream(self, write: Write | None) -> Stream:
        """Begin a new stream."""
        stream = Stream(len(self.streams) + 1, write)
        self.streams.append(stream)
        return stream

    def event(self, stream: Stream, value: Json, *, priming: bool = False) -> tuple[str, bytes]:
        """Return the id and the bytes of a stream's next event."""
        event_id = f"{stream.number}-{next(self._events)}"
        data = "" if priming else encode(value).decode()
        return event_id, encode_event(ServerSentEvent(id=event_id, data=data))

    def stream_of(self, event_id: str) -> Stream | None:
        """Return the stream on which an event with this id was sent."""
        for stream in self.streams:
            if any(known == event_id for known, _ in stream.events):
                return stream
        return None
