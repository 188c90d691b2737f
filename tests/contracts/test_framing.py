"""Lines and server-sent events are found whatever pieces they arrive in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_proof_contracts.framing import (
    EventStreamReader,
    FrameTooLongError,
    LineReader,
    ServerSentEvent,
    encode_event,
)

PIECES = st.lists(st.integers(1, 7), min_size=1, max_size=40)


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces: list[bytes] = []
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    return [*pieces, data]


def read_events(data: bytes, sizes: tuple[int, ...] = ()) -> list[ServerSentEvent]:
    reader = EventStreamReader()
    return [event for piece in cut(data, list(sizes)) for event in reader.feed(piece)]


@given(st.lists(st.binary().filter(lambda line: b"\n" not in line)), PIECES)
def test_lines_survive_any_cutting(lines, sizes):
    reader = LineReader()
    data = b"".join(line + b"\n" for line in lines) + b"rest"
    found = [line for piece in cut(data, sizes) for line in reader.feed(piece)]
    assert found == lines
    assert reader.rest == b"rest"


def test_a_line_without_end_is_given_up_at_the_limit():
    reader = LineReader(limit=10)
    reader.feed(b"12345")
    with pytest.raises(FrameTooLongError):
        reader.feed(b"6789012")


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\n", [ServerSentEvent(data="a")]),
        (b"data:a\r\n\r\n", [ServerSentEvent(data="a")]),
        (b"data: a\r\r", [ServerSentEvent(data="a")]),
        (b"data: a\ndata: b\n\n", [ServerSentEvent(data="a\nb")]),
        (b"data:  a\n\n", [ServerSentEvent(data=" a")]),
        (b": comment\n\n", []),
        (b"event: x\ndata: a\n\n", [ServerSentEvent(event="x", data="a")]),
        (b"event: x\n\n", []),
        (b"id: 7\ndata:\n\n", [ServerSentEvent(id="7", data="")]),
        (b"id: 7\n\n", [ServerSentEvent(id="7", has_data=False)]),
        (b"id: a\0b\ndata: x\n\n", [ServerSentEvent(data="x")]),
        (b"retry: 300\n\n", [ServerSentEvent(retry=300, has_data=False)]),
        (b"retry: 3.5\ndata: x\n\n", [ServerSentEvent(data="x")]),
        (b"data\n\n", [ServerSentEvent(data="")]),
        (b"unknown: 1\ndata: a\n\n", [ServerSentEvent(data="a")]),
        (b"\xef\xbb\xbfdata: a\n\n", [ServerSentEvent(data="a")]),
        (b"data: never finished\n", []),
    ],
)
def test_the_whatwg_algorithm_decides_what_an_event_is(stream, events):
    assert read_events(stream) == events


@given(PIECES)
def test_events_survive_any_cutting(sizes):
    stream = "id: 1\r\ndata: ä\r\ndata: b\r\n\r\n: c\n\ndata: €\n\nretry: 5\r\r".encode()
    assert read_events(stream, tuple(sizes)) == read_events(stream)


@given(
    st.builds(
        ServerSentEvent,
        event=st.sampled_from(["message", "endpoint"]),
        data=st.text(st.characters(exclude_characters="\r\0", codec="utf-8")),
        id=st.none() | st.sampled_from(["1", "a-2"]),
        retry=st.none() | st.integers(0, 10**6),
    )
)
def test_an_encoded_event_is_read_back(event):
    assert read_events(encode_event(event)) == [event]


def test_a_stream_that_is_not_utf_8_is_no_event_stream():
    with pytest.raises(UnicodeDecodeError):
        read_events(b"data: \xff\n\n")
