"""The HTTP sessions of the stateful era: a conversation and the streams that belong to it."""

import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from mcp_proof_contracts.framing import ServerSentEvent, encode_event
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.conversation import Conversation
from mcp_proof_mocks.http.messages import Responder

MAX_EVENTS: Final = 1000
"""Events that are kept of one stream, and messages that wait for a stream: the last ones."""
MAX_STREAMS: Final = 100
"""Streams of a session that can be resumed: the last ones, and those still in use."""


@dataclass(slots=True)
class Stream:
    """One event stream; it keeps its events so that a client can resume it."""

    number: int
    outlet: Responder | None = None
    """The response to a POST, or to the GET that resumed it."""
    unasked: bool = False
    """Whether a GET opened it."""
    finished: bool = False
    events: deque[tuple[str, bytes]] = field(default_factory=lambda: deque(maxlen=MAX_EVENTS))

    def put(self, event_id: str, data: bytes) -> None:
        """Keep an event and write it to whoever listens."""
        self.events.append((event_id, data))
        self.tell(data)

    def tell(self, data: bytes) -> None:
        """Write what is for the present listener only."""
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
        return [data for _, data in list(self.events)[ids.index(event_id) + 1 :]]


class HttpSession:
    """One session: who talks, and over which streams."""

    def __init__(self, session_id: str, conversation: Conversation) -> None:
        self.id = session_id
        self.conversation = conversation
        self.streams: list[Stream] = []
        self._listening: list[Stream] = []
        """The open GET streams."""
        self._unheard: deque[Json] = deque(maxlen=MAX_EVENTS)
        """What nobody has listened to yet."""
        self._numbers = itertools.count(1)
        self._events = itertools.count(1)
        conversation.session.tell = self.tell

    @property
    def heard(self) -> bool:
        """Whether a GET stream is open."""
        return bool(self._listening)

    def close(self) -> None:
        """End everything that is under way in the session."""
        self.conversation.hang_up()
        for stream in self.streams:
            stream.pause()

    def open_stream(self, outlet: Responder) -> Stream:
        """Begin a new stream."""
        if len(self.streams) >= MAX_STREAMS:
            unused = next((old for old in self.streams if old.outlet is None), None)
            if unused is not None:
                self.streams.remove(unused)
        stream = Stream(next(self._numbers), outlet)
        self.streams.append(stream)
        return stream

    def attach(self, outlet: Responder, last_event_id: str | None) -> Stream | None:
        """Give a GET a stream, or the rest of the one it resumes; `None` when that one is over."""
        stream = self.stream_of(last_event_id) if last_event_id is not None else None
        if stream is None or last_event_id is None:
            stream = self.open_stream(outlet)
            stream.unasked = True
        else:
            for data in self.replay(stream, last_event_id):
                outlet.write(self.conversation.server.faults.written(data))
            if stream.finished:
                return None
            stream.outlet = outlet
        if stream.unasked:
            self._listen(stream)
        return stream

    def _listen(self, stream: Stream) -> None:
        """Take a GET stream into use: what waited for one goes out first."""
        self._listening.append(stream)
        while self._unheard:
            self.tell(self._unheard.popleft())

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
            stream.put(event_id, conversation.server.faults.written(data))
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
