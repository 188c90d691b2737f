"""Bytes become requests, in whatever pieces they come; what is no HTTP/1.1 is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_proof_mocks.http.messages import HttpRequest
from mcp_proof_mocks.http.request_reader import RequestReader

CLIENT = "127.0.0.1"


def read(*pieces: bytes) -> list[HttpRequest]:
    reader = RequestReader(CLIENT)
    return [request for piece in pieces for request in reader.feed(piece)]


def head(*fields: str, method: str = "POST", version: str = "1.1") -> bytes:
    lines = (f"{method} /mcp?a=b HTTP/{version}", "Host: localhost", *fields, "", "")
    return "\r\n".join(lines).encode()


def essence(request: HttpRequest) -> tuple[Any, ...]:
    return (request.method, request.path, dict(request.headers), request.body, request.refusal)


BODIES = st.sampled_from([b"", b"{}", b"x" * 300, b"\r\n\r\n", b"POST / HTTP/1.1\r\n\r\n"])
NAMES = st.sampled_from(["Mcp-Name", "mcp-name", "X"])


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    body = draw(BODIES)
    fields = [f"{draw(NAMES)}: {draw(st.sampled_from(['a', ' b ', '']))}"]
    if draw(st.booleans()):
        chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        return head(*fields, "Transfer-Encoding: chunked") + chunk + b"0\r\n\r\n"
    return head(*fields, f"Content-Length: {len(body)}") + body


@given(st.lists(requests(), min_size=1, max_size=4), st.data())
def test_the_pieces_in_which_requests_come_make_no_difference(sent, data):
    stream = b"".join(sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    one_by_one = [essence(request) for each in sent for request in read(each)]
    assert len(one_by_one) == len(sent)
    assert [essence(request) for request in read(*pieces)] == one_by_one
    # The second time every head that came whole is known.
    assert [essence(request) for request in read(*sent)] == one_by_one


def test_header_values_are_read_without_the_space_around_them_and_kept_with_it():
    (request,) = read(head("X-A:  b\t", "x-a: c"))
    assert request.headers["x-a"] == "c"
    assert request.fields[1:] == [("X-A", "b\t"), ("x-a", "c")]


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"hello\r\n\r\n",
        b"GET /mcp HTTP/9.9\r\n\r\n",
        head("Content-Length: 3", "Transfer-Encoding: chunked") + b"abc",
        head("Content-Length: 3", "Content-Length: 4") + b"abcd",
        head("Content-Length: -1"),
        head("Content-Length: 99999999999999999999999999"),
        head("Transfer-Encoding: chunked") + b"zz\r\n",
        head("X\0: y"),
        head("X: a\r\n folded"),
        head(" X: y"),
    ],
)
def test_what_is_no_http_is_refused_and_nothing_after_it_is_read(data):
    reader = RequestReader(CLIENT)
    refused = reader.feed(data)[-1]
    assert (refused.refusal, refused.keep_alive) == (400, False)
    assert reader.feed(head()) == []


def test_a_tunnel_is_not_opened():
    (request,) = read(b"CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert request.refusal == 405


@pytest.mark.parametrize("pieces", [1, 3])
def test_an_offer_of_another_protocol_is_passed_over(pieces):
    upgrade = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMA")
    data = head(*upgrade, "Content-Length: 4") + b"body"
    size = -(-len(data) // pieces)
    (request,) = read(*(data[at : at + size] for at in range(0, len(data), size)))
    assert (request.body, request.refusal, request.keep_alive) == (b"body", None, True)
    assert "upgrade" not in request.headers


@pytest.mark.parametrize(
    ("data", "keep_alive"),
    [
        (head(), True),
        (head("Connection: close"), False),
        (head("Connection: keep-alive", version="1.0"), False),
    ],
)
def test_whether_the_connection_stays_is_read(data, keep_alive):
    assert [request.keep_alive for request in read(data)] == [keep_alive]


def test_a_client_that_awaits_leave_is_noticed_unless_it_is_refused():
    reader = RequestReader(CLIENT)
    assert reader.feed(head("Expect: 100-continue", "Content-Length: 4")) == []
    assert reader.awaits_continue
    assert [request.body for request in reader.feed(b"body")] == [b"body"]
    assert not reader.awaits_continue
    reader = RequestReader(CLIENT)
    (refused,) = reader.feed(head("Expect: 100-continue", "Content-Length: 99999999"))
    assert refused.refusal == 413
    assert not reader.awaits_continue


def test_a_trailer_is_no_header():
    (request,) = read(head("Transfer-Encoding: chunked") + b"1\r\na\r\n0\r\nOrigin: x\r\n\r\n")
    assert "origin" not in request.headers


def test_the_bytes_of_a_request_are_counted():
    data = head("Content-Length: 4") + b"body"
    assert [request.size for request in read(data)] == [len(data)]
    assert [request.size for request in read(data[:30], data[30:])] == [len(data)]
