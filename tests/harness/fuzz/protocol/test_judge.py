"""What is tolerated, and what is not, of each kind of answer."""

import pytest

from mcp_proof.fuzz.protocol.case import ProtocolCase, ProtocolStep
from mcp_proof.fuzz.protocol.judge import judge
from mcp_proof.fuzz.protocol.observation import Control, Ending, ProtocolObservation, Reply
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import parse

OLD = Revision.R2025_11_25
PING = b'{"jsonrpc":"2.0","id":"a","method":"ping"}'
CUT = b'{"jsonrpc":"2.0","id":"a","method":'
CANCEL = b'{"jsonrpc":"2.0","method":"notifications/cancelled"}'
PARSE_ERROR = '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}'
PONG = '{"jsonrpc":"2.0","id":"a","result":{}}'


def judged(raw, *replies, transport="stdio", spoken=OLD, control=Control.ANSWERED, **seen):
    step = {name: seen.pop(name) for name in ("headers", "verbatim", "method") if name in seen}
    case = ProtocolCase(name="it", transport=transport, steps=(ProtocolStep(raw=raw, **step),))
    observation = ProtocolObservation(
        replies=replies, control=control, seconds=0.1, events=(), **seen
    )
    return [(c.oracle, str(c.level)) for c in judge(case, observation, spoken)]


def line(*texts):
    return Reply(messages=tuple(parse(text.encode()) for text in texts))


def http(status, *texts, **members):
    return Reply(status=status, messages=tuple(parse(t.encode()) for t in texts), **members)


@pytest.mark.parametrize(
    ("raw", "answers"),
    [
        (CUT, []),
        (CUT, [PARSE_ERROR]),
        (CUT, [PARSE_ERROR.replace('"id":null,', "")]),
        (CUT, [PARSE_ERROR.replace("null", '"a"')]),
        (CUT, [PARSE_ERROR, PARSE_ERROR]),
        (PING, [PONG]),
        (PING + b"\n" + PING.replace(b'"a"', b'"b"'), [PONG.replace('"a"', '"b"'), PONG]),
        (PING, [PONG, '{"jsonrpc":"2.0","method":"notifications/message","params":{}}']),
        (CANCEL, []),
        (PING.replace(b'"id":"a",', b""), [PARSE_ERROR]),
        (PING.decode().encode("utf-16"), [PONG]),
        (PING.replace(b'"a"', b'"\\ud800"'), [PONG.replace('"a"', '"?"')]),
        (PING.replace(b'"a"', b"9007199254740993"), [PONG.replace('"a"', "9007199254740992")]),
        (PING.replace(b'"a"', b'{"a":1}'), [PONG.replace('"a"', '{"a":1}')]),
        (PING.replace(b'"a"', b"true"), [PONG.replace('"a"', "true")]),
        (PING.replace(b'"a"', b"1.0"), [PONG.replace('"a"', "1")]),
    ],
)
def test_over_stdio_this_is_tolerated(raw, answers):
    assert judged(raw, line(*answers)) == []


@pytest.mark.parametrize(
    ("raw", "answers", "oracle"),
    [
        (CUT, ["cannot parse"], "malformed-answer"),
        (CUT, [PARSE_ERROR.replace("null", '"server-error"')], "malformed-answer"),
        (PING.replace(b'"a"', b"null"), [PONG], "malformed-answer"),
        (CUT, [PARSE_ERROR.replace("-32700", '"-32700"')], "malformed-answer"),
        (CUT, [PARSE_ERROR.replace('"jsonrpc":"2.0",', "")], "malformed-answer"),
        (CUT, [PARSE_ERROR.replace("null,", 'null,"result":{},')], "malformed-answer"),
        (PING, [], "unanswered"),
        (PING, [PONG, PONG], "malformed-answer"),
        (PING, [PARSE_ERROR], "malformed-answer"),
        (CANCEL, [PARSE_ERROR], "answered-notification"),
        (PING.replace(b'"id":"a",', b""), [PONG.replace('"a"', "null")], "answered-notification"),
    ],
)
def test_over_stdio_this_is_not(raw, answers, oracle):
    assert judged(raw, line(*answers)) == [(oracle, "MUST")]


@pytest.mark.parametrize(
    "reply",
    [
        http(400, PARSE_ERROR),
        http(400, body="Bad Request"),
        http(400, '{"detail":"Bad Request"}'),
        http(200, PARSE_ERROR),
        http(501),
        http(503),
        http(202),
    ],
)
def test_over_http_a_malformed_body_may_be_answered_so(reply):
    assert judged(CUT, reply, transport="http") == []


def test_an_http_error_that_was_meant_weighs_less():
    assert judged(CUT, http(500, PARSE_ERROR), transport="http") == [("server-error", "ADVICE")]
    assert judged(CUT, http(500, body="oops"), transport="http") == [("server-error", "SHOULD")]


def test_an_http_refusal_of_a_notification_may_have_a_body():
    assert judged(CANCEL, http(400, PARSE_ERROR), transport="http") == []
    assert judged(CANCEL, http(200, PARSE_ERROR), transport="http") == [
        ("answered-notification", "MUST")
    ]


def test_what_is_no_http_may_be_cut_off_and_a_good_request_may_not():
    cut = Reply(broken="ReadError")
    lying = {"headers": {"Content-Length": "999"}, "verbatim": True}
    assert judged(CUT, cut, transport="http", **lying) == []
    assert judged(CUT, cut, transport="http", headers={"X": "a" * 100_000}) == []
    assert judged(CUT + b" " * 100_000, cut, transport="http") == []
    assert judged(CUT, cut, transport="http") == [("crash", "SHOULD")]
    assert judged(CUT, Reply(waited=True), transport="http") == [("hang", "MUST")]


def test_of_documents_that_are_no_json_rpc_only_the_status_counts():
    odd = http(200, '{"successful":false,"error":"no such tool"}')
    assert judged(b"{", odd, transport="http", spoken=Dialect.REST) == []
    assert judged(b"{", http(500), transport="http", spoken=Dialect.REST) == [
        ("server-error", "SHOULD")
    ]


def test_in_a_dialect_an_answered_notification_is_told_only():
    assert judged(
        CANCEL, http(200, PARSE_ERROR), transport="http", spoken=Dialect.CONTEXTFRAME
    ) == [("answered-notification", "ADVICE")]


TRACE = 'Traceback (most recent call last):\n  File "a.py", line 1'


@pytest.mark.parametrize(
    ("ending", "found"),
    [
        (Ending(exit_code=0), []),
        (Ending(exit_code=0, stderr=TRACE), [("crash", "MUST")]),
        (Ending(exit_code=1, stderr=TRACE), [("crash", "MUST")]),
        (Ending(exit_code=2, stderr="panic: runtime error"), [("crash", "MUST")]),
        (Ending(exit_code=-11), [("crash", "MUST")]),
        (Ending(exit_code=1, stderr="invalid character"), [("crash", "SHOULD")]),
        (Ending(close_code=1007), []),
        (Ending(close_code=1011), [("crash", "SHOULD")]),
        (Ending(close_code=1006), [("crash", "MUST")]),
    ],
)
def test_how_a_session_may_end(ending, found):
    seen = {"control": Control.GONE, "afresh": Control.ANSWERED, "ending": ending}
    assert judged(CUT, line(), **seen) == found


@pytest.mark.parametrize(
    ("transport", "control", "afresh", "found"),
    [
        ("stdio", Control.SILENT, None, [("hang", "MUST")]),
        ("stdio", Control.GONE, Control.GONE, [("dead-after", "MUST")]),
        ("stdio", Control.REFUSED, Control.ANSWERED, [("dead-after", "MUST")]),
        ("http", Control.REFUSED, Control.ANSWERED, []),
        ("http", Control.REFUSED, Control.REFUSED, [("dead-after", "MUST")]),
        ("http", Control.GONE, Control.ANSWERED, []),
        ("http", Control.GONE, Control.SILENT, [("dead-after", "MUST")]),
    ],
)
def test_what_a_good_request_shows_afterwards(transport, control, afresh, found):
    reply = http(400) if transport == "http" else line()
    assert judged(CUT, reply, transport=transport, control=control, afresh=afresh) == found


def test_a_trace_is_found_in_a_page_and_a_secret_in_an_error():
    page = "SyntaxError<br> &nbsp; &nbsp;at parse (/srv/node_modules/x.js:7:19)<br>"
    assert judged(CUT, http(400, body=page), transport="http") == [("leak", "ADVICE")]
    told = PARSE_ERROR.replace("Parse error", "AKIA" + "A1" * 8)
    assert judged(CUT, line(told)) == [("leak", "SHOULD")]
