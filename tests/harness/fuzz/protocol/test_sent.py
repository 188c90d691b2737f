"""What the bytes of a case certainly say; where anything is doubtful they say nothing."""

import pytest

from mcp_proof.fuzz.protocol.case import ProtocolCase, ProtocolStep
from mcp_proof.fuzz.protocol.sent import body_of, read_case
from mcp_proof_contracts.revision import Revision

PING = b'{"jsonrpc":"2.0","id":"a","method":"ping"}'


def said(raw, transport="stdio", **step):
    steps = (ProtocolStep(raw=raw, **step),)
    return read_case(
        ProtocolCase(name="it", transport=transport, steps=steps), Revision.R2025_11_25
    )


def test_a_good_request_is_due_an_answer_on_each_line():
    assert said(PING + b"\n}{\n" + PING.replace(b'"a"', b"7")).due == ("a", 7)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        PING[:-1],
        PING + b"\r",
        PING.replace(b":", b":\r"),
        PING.replace(b"ping", "\u2028".encode()),
        b"\xef\xbb\xbf" + PING,
        PING[:-1] + b',"id":"b"}',
        PING[:-1] + b',"further":1}',
        PING[:-1] + b',"params":{"a":' + b"[" * 100 + b"]" * 100 + b"}}",
        PING[:-1] + b',"params":{"a":"\\ud800"}}',
        PING[:-1] + b',"params":{"a":1e400}}',
        PING[:-1] + b',"params":{"a":NaN}}',
        PING[:-1] + b',"params":{"a":"' + b"a" * 70_000 + b'"}}',
        PING.replace(b'"a"', b"null"),
        PING.replace(b'"a"', b"1.5"),
        PING.replace(b'"a"', b"9007199254740993"),
        PING.replace(b'"2.0"', b'"1.0"'),
        b"[" + PING + b"]",
        PING.replace(b"ping", b"notifications/cancelled"),
    ],
)
def test_nobody_is_blamed_for_not_answering_what_is_doubtful(raw):
    assert said(raw).due == ()
    assert said(raw).notifications == ()


def test_params_that_only_json_rpc_allows_should_be_answered():
    assert said(PING[:-1] + b',"params":[]}').expected == ("a",)
    assert said(PING[:-1] + b',"params":{"_meta":7}}').expected == ("a",)


def test_a_case_of_notifications_alone_is_known():
    one = b'{"jsonrpc":"2.0","method":"notifications/x"}'
    assert said(one + b"\n\n" + one).notifications == ("notifications/x", "notifications/x")
    assert said(one + b"\n" + PING).notifications == ()


@pytest.mark.parametrize(
    ("raw", "headers", "body"),
    [
        (b"3\r\nabc\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}, b"abc"),
        (b"3;x=y\r\nabc\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}, b"abc"),
        (b"3\r\nabc\r\n", {"Transfer-Encoding": "chunked"}, None),
        (b"4\r\nabc\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}, None),
        (b"abc", {"Content-Length": "3"}, b"abc"),
        (b"abc", {"Content-Length": "4"}, None),
        (b"abc", {"Content-Length": "3", "content-length": "3"}, None),
        (b"abc", {"Content-Length": "3", "Transfer-Encoding": "chunked"}, None),
    ],
)
def test_a_body_is_read_only_where_its_framing_is_right(raw, headers, body):
    assert body_of(ProtocolStep(raw=raw, headers=headers, verbatim=True)) == body


def test_a_request_beside_a_header_of_the_case_is_not_due_an_answer():
    assert said(PING, "http").due == ("a",)
    assert said(PING, "http", headers={"Content-Type": "text/plain"}).due == ()
    assert said(PING, "http", method="PUT").due == ()
