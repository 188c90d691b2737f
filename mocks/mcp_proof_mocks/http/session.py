"""The HTTP sessions of the stateful era: a conversation and the streams that belong to it."""

import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import Final, Protocol

from mcp_proof_contracts.framing import ServerSentEvent, encode_event
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.conversation import Conversation

MOST_UNHEARD: Final = 1000
"""Messages that are kept for a client that may never listen; the oldest go first."""


class Outlet(Protocol):
    """Where the events of a stream go: the response to a POST, or to the GET that resumed it."""

    def write(self, data: bytes) -> None:
        """Write one event."""
        ...

    def end(self) -> None:
        """End the response."""
        ...


@dataclass(slots=True)
class Stream:
    """One event stream; it keeps its events so that a client can resume it."""

    number: int
    outlet: Outlet | None = None
    unasked: bool = False
    """Whether a GET opened it."""
    finished: bool = False
    events: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])

    def put(self, event_id: str, data: bytes) -> None:
        """Keep an event and write it to whoever listens."""
        self.events.append((event_id, data))
        if self.outlet is not None:
            self.outlet.write(data)

    def pause(self) -> None:
        """End the response that carries the stream, though the stream goes on."""
        if self.outlet is not None:
            self.outlet.end()
            self.outlet = None

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
        self._listening: list[Stream] = []
        """The open GET streams."""
        self._unheard: deque[Json] = deque(maxlen=MOST_UNHEARD)
        """What nobody has listened to yet."""
        self._events = itertools.count(1)
        conversation.session.tell = self.tell

    @property
    def heard(self) -> bool:
        """Whether a GET stream is open."""
        return bool(self._listening)

    def open_stream(self, outlet: Outlet | None) -> Stream:
        """Begin a new stream."""
        stream = Stream(len(self.streams) + 1, outlet)
        self.streams.append(stream)
        return stream

    def listen(self, stream: Stream) -> None:
        """Take a GET stream into use: what waited for one goes out first."""
        self._listening.append(stream)
        waiting = list(self._unheard)
        self._unheard.clear()
        for value in waiting:
            self.tell(value)

    def hang_up(self, stream: Stream) -> None:
        """Forget a GET stream whose client has gone."""
        stream.outlet = None
        self._listening = [other for other in self._listening if other is not stream]

    def tell(self, value: Json) -> None:
        """Say something that belongs to no request: on one GET stream, or when one is opened."""
        conversation = self.conversation
        copies = 1 if conversation.server.keeps("http-no-broadcast") else len(self._listening)
        for stream in self._listening[:copies]:
            event_id, data = self.event(stream, value)
            stream.put(event_id, conversation.server.written(data))
        if not self._listening:
            self._unheard.append(value)

    def event(self, stream: Stream, value: Json, *, priming: bool = False) -> tuple[str, bytes]:
        """Return the id and the bytes of a stream's next event."""
        number = next(self._events)
        event_id = f"{stream.number}-{number}"
        if not self.conversation.server.keeps("http-event-id-unique"):
            event_id = str(len(stream.events) + 1)
        data = "" if priming else encode(value).decode()
        return event_id, encode_event(ServerSentEvent(id=event_id, data=data))

    def stream_of(self, event_id: str) -> Stream | None:
        """Return the stream on which an event with this id was sent."""
        known = self.streams
        if not self.conversation.server.keeps("http-event-id-encodes-stream"):
            known = [stream for stream in known if stream.finished][-1:]
        for stream in known:
            if any(sent == event_id for sent, _ in stream.events):
                return stream
        return None

    def replay(self, stream: Stream, event_id: str) -> list[bytes]:
        """Return what a client gets that resumes `stream` after an event."""
        if self.conversation.server.keeps("http-resume-same-stream-only"):
            return stream.after(event_id)
        sent = [event for stream in self.streams for event in stream.events]
        later = [event for event in sent if _number(event[0]) > _number(event_id)]
        return [data for _, data in sorted(later, key=lambda event: _number(event[0]))]


def _number(event_id: str) -> int:
    return int(event_id.rpartition("-")[2])
