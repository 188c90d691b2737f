"""What the taps read out of bytes, however they are cut."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_proof.record.http.framing import Framing, Part
from mcp_proof.record.redis.framing import NotRedisError, RedisValues
from mcp_proof.record.websocket import Frames

RESP = (
    b"*2\r\n$3\r\nGET\r\n$1\r\nx\r\n:-7\r\n$-1\r\n*-1\r\n+OK\r\n%1\r\n$1\r\na\r\n_\r\n>1\r\n:1\r\n"
)
VALUES = [[b"GET", b"x"], -7, None, None, b"OK", [b"a", None], [1]]


def cut(data: bytes, seed: int) -> list[bytes]:
    rng, pieces = Random(seed), []
    while data:
        size = rng.randint(1, 9)
        pieces.append(data[:size])
        data = data[size:]
    return pieces


@pytest.mark.parametrize("seed", range(20))
def test_values_of_redis_are_cut_out_of_any_pieces(seed: int):
    values = RedisValues()
    assert [value for piece in cut(RESP, seed) for value in values.feed(piece)] == VALUES


@pytest.mark.parametrize(
    "data", [b"PING\r\n", b"\r\n", b"$x\r\n", b"*99999999\r\n", b"*1\r\n" * 20, b"\x16\x03\x01\r\n"]
)
def test_what_is_no_value_of_redis_is_told(data: bytes):
    with pytest.raises(NotRedisError):
        RedisValues().feed(data)


def frame(payload: bytes, first: int = 0x81, key: bytes = b"") -> bytes:
    size = len(payload)
    short, extra = (size, b"") if size < 126 else (126, size.to_bytes(2))
    masked = bytes(byte ^ key[at % 4] for at, byte in enumerate(payload)) if key else payload
    return bytes([first, short | (0x80 if key else 0)]) + extra + key + masked


@pytest.mark.parametrize("seed", range(20))
def test_frames_are_cut_out_of_any_pieces_and_unmasked(seed: int):
    frames = Frames()
    payloads = [b"", b"a", b"grues" * 30, bytes(range(256)) * 3]
    keys = [b"", b"\x01\x02\x03\x04", b"\xff\x00\xff\x00"]
    data = b"".join(frame(payload, key=key) for payload in payloads for key in keys)
    found = [each for piece in cut(data, seed) for each in frames.feed(piece)]
    assert found == [(0x81, payload) for payload in payloads for _ in keys]


def test_a_frame_that_is_too_long_is_passed_over():
    frames = Frames()
    head = b"\x82\x7f" + (1 << 40).to_bytes(8)
    assert frames.feed(head + b"x" * 1000) == [(0x82, None)]
    assert frames.feed(b"y" * 100_000) == []


@given(st.lists(st.binary(max_size=40), max_size=8), st.booleans())
def test_no_byte_is_lost_by_http_framing_whatever_comes(pieces: list[bytes], response: bool):  # noqa: FBT001
    framing = Framing((lambda: "GET") if response else None)
    cuts = [cut for piece in pieces for cut in framing.feed(piece)]
    cuts += framing.end()
    assert b"".join(cut.raw for cut in cuts) == b"".join(pieces)
    assert all(cut.part is Part.DATA or not cut.data for cut in cuts)


HEADS = ["Content-Length: 3", "Transfer-Encoding: chunked", "Content-Length: 1, 2", "X: 1", "bad"]


@given(
    st.lists(st.sampled_from(HEADS), max_size=3),
    st.sampled_from(["HTTP/1.1 200 OK", "HTTP/1.1 100 C", "GET /x HTTP/1.1", "POST / HTTP/1.0"]),
    st.binary(max_size=30)
    | st.sampled_from([b"3\r\nabc\r\n0\r\n\r\n", b"abcHTTP/1.1 200 OK\r\n\r\n"]),
    st.integers(1, 9),
)
def test_no_byte_is_lost_of_messages_that_are_nearly_good(fields, first, body, size):
    data = "\r\n".join((first, *fields, "", "")).encode() + body
    framing = Framing((lambda: "GET") if first.startswith("HTTP") else None)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    cuts = [cut for piece in pieces for cut in framing.feed(piece)]
    cuts += framing.end()
    assert b"".join(cut.raw for cut in cuts) == data
