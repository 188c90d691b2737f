import pytest

from mcp_proof_load.clients.client import Answer
from mcp_proof_load.correctness.answers import wrong_with
from mcp_proof_load.correctness.marker import LENGTH, Marker, markers_in
from mcp_proof_load.events import Kind
from mcp_proof_load.plan import Operation

OWN = Marker(7, 42)
OTHER = Marker(8, 41)
EARLIER = Marker(7, 40)
ECHO = Operation(name="echo", weight=1, arguments=(), marker="text", echoes=True)
MUTE = Operation(name="time", weight=1, arguments=())
SHARED = Operation(name="notes", weight=1, arguments=(), marker="text", echoes=True, shares=True)


def body(*texts, number=OWN.call):
    said = " ".join(map(str, texts))
    return b'{"jsonrpc":"2.0","id":%d,"result":{"text":"%b"}}' % (number, said.encode())


def kinds(answer, operation=ECHO):
    if isinstance(answer, bytes):
        answer = Answer(answer)
    return [example.kind for example in wrong_with(answer, operation, OWN)]


def test_a_marker_is_found_again():
    assert list(markers_in(body(OWN, OTHER))) == [OWN, OTHER]
    assert len(str(OWN)) == LENGTH == len(str(Marker(2**52 - 1, 2**52 - 1)))


@pytest.mark.parametrize(
    ("request_id", "wrong"),
    [
        ("mcp-proof-42", []),
        ("mcp-proof-0123abcd-42", []),
        ("mcp-proof-41", [Kind.CROSSED]),
        ("mcp-proof-0123abcd-142", [Kind.CROSSED]),
        ("what the server says", []),
    ],
)
def test_an_answer_that_names_the_request_of_another_call_is_crossed(request_id, wrong):
    said = b'{"request_id":"%b","result":1}' % request_id.encode()
    assert kinds(Answer(said, "a failure"), MUTE) == wrong


def test_an_answer_with_its_own_marker_is_right():
    assert kinds(body(OWN)) == []
    assert kinds(body(OWN, OWN)) == []


def test_an_answer_with_another_calls_marker_alone_is_crossed():
    assert kinds(body(OTHER)) == [Kind.CROSSED]
    assert kinds(body(EARLIER)) == [Kind.CROSSED]


def test_an_answer_with_another_sessions_marker_besides_bleeds():
    assert kinds(body(OWN, OTHER)) == [Kind.BLEEDING]
    assert kinds(body(OTHER), MUTE) == [Kind.BLEEDING]


def test_an_answer_may_hold_what_its_own_session_said_before():
    assert kinds(body(EARLIER, OWN)) == []


def test_a_tool_that_shared_before_the_load_may_share():
    assert kinds(body(OWN, OTHER), SHARED) == []


def test_an_answer_without_its_marker_is_altered():
    assert kinds(body("nothing")) == [Kind.ALTERED]


def test_a_tool_that_gives_back_no_marker_owes_none():
    assert kinds(body("noon"), MUTE) == []


def test_a_failure_need_not_hold_a_marker():
    assert kinds(Answer(body("too busy"), failure="too busy")) == []


def test_an_answer_with_the_id_of_another_call_is_crossed():
    assert kinds(body("noon", number=41), MUTE) == [Kind.CROSSED]
    assert kinds(body(OWN, number=41)) == [Kind.CROSSED]


def test_an_id_may_be_written_otherwise_and_an_error_may_have_none():
    assert kinds(b'{ "id" : 42, "jsonrpc" : "2.0", "result" : {} }', MUTE) == []
    assert kinds(b'{"id":"42","jsonrpc":"2.0","result":{}}', MUTE) == []
    assert kinds(Answer(b'{"id":null,"jsonrpc":"2.0","error":{}}', failure="no"), MUTE) == []


def test_the_same_number_may_be_written_otherwise():
    own = Marker(7, 4503599627370495)
    for said in (b"4.503599627370495e15", b"4503599627370495.0", b'"4503599627370495"'):
        answer = Answer(b'{"jsonrpc":"2.0","id":%b,"result":{}}' % said)
        assert list(wrong_with(answer, MUTE, own)) == []
    for said in (b"4.503599627370494e15", b'"4503599627370494"', b"[4503599627370495]"):
        answer = Answer(b'{"jsonrpc":"2.0","id":%b,"result":{}}' % said)
        assert [each.kind for each in wrong_with(answer, MUTE, own)] == [Kind.CROSSED]


def test_an_answer_of_a_dialect_without_ids_is_not_asked_for_one():
    assert kinds(b'{"successful":true,"data":{}}', MUTE) == []


def test_a_second_answer_to_a_call_is_told():
    assert kinds(Answer(body(OWN), others=(body(OWN),))) == [Kind.DUPLICATED]
