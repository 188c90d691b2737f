"""A reading knows what belongs together, from the events alone."""

import pytest
from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import BARRIER, Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import Kind, parse

NEWEST, OLDER = Revision.R2025_11_25, Revision.R2025_06_18
META = "io.modelcontextprotocol/protocolVersion"


class Wire(Tape):
    """A tape that is read, not judged."""

    def ask(self, request_id: Json, method: str = "ping", **more: str) -> None:
        self.say(Sender.CLIENT, {"jsonrpc": "2.0", "id": request_id, "method": method}, **more)

    def answer(self, request_id: Json, result: Json = None, **more: str) -> None:
        value = {"jsonrpc": "2.0", "id": request_id, "result": result or {}}
        self.say(Sender.SERVER, value, **more)

    def read(self, revision: Revision = NEWEST) -> Reading:
        return Reading(self.transcript, revision)


def test_answers_find_their_requests_in_any_order_and_by_the_type_of_the_id():
    tape = Wire()
    for request_id in (1, "1", 2):
        tape.ask(request_id)
    for request_id in (2, "1"):
        tape.answer(request_id)
    answered = {repr(e.sent.message.id): e.answer is not None for e in tape.read().exchanges()}
    assert answered == {"1": False, "'1'": True, "2": True}


def test_a_second_answer_is_kept_beside_the_first():
    tape = Wire()
    tape.ask(1)
    tape.answer(1)
    tape.answer(1)
    [exchange] = tape.read().exchanges()
    assert len(exchange.answers) == 2


def test_an_answer_of_the_wrong_id_type_is_a_stray_of_the_request_it_resembles():
    tape = Wire()
    tape.ask("7", probe="ids")
    tape.ask(8)
    tape.answer(8)
    tape.answer(7)
    stray = next(tape.read().stimuli("ids"))
    assert stray.answer is None
    assert [said.message.id for said in stray.strays] == [7]


def test_an_error_without_id_belongs_to_the_last_unanswered_stimulus_not_to_the_barrier():
    tape = Wire()
    tape.add(EventKind.MESSAGE, Sender.CLIENT, probe="broken", message=parse(b"{"))
    tape.ask(5, probe=BARRIER)
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": None, "error": {"code": -32700}})
    tape.answer(5)
    broken = next(tape.read().stimuli("broken"))
    assert broken.error_code == -32700


def test_over_http_an_answer_belongs_to_the_post_it_came_back_on():
    tape = Wire("http")
    for number in (1, 2):
        channel = f"post-{number}"
        tape.add(EventKind.HTTP_REQUEST, Sender.CLIENT, channel=channel, data={"method": "POST"})
        tape.ask(number, channel=channel)
    tape.add(EventKind.HTTP_RESPONSE, Sender.SERVER, channel="post-1", data={"status": 400})
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "error": {"code": -32600}}, channel="post-1")
    first, second = tape.read().exchanges()
    assert (first.status, first.error_code, first.refused) == (400, -32600, True)
    assert (second.status, second.reply) == (None, None)


def test_the_messages_of_a_batch_are_read_one_by_one_but_it_is_one_frame():
    tape = Wire()
    tape.ask(1)
    tape.ask(2)
    tape.say(Sender.SERVER, [{"jsonrpc": "2.0", "id": n, "result": {}} for n in (1, 2)])
    read = tape.read()
    assert [said.message.id for said in read.messages(Kind.RESULT)] == [1, 2]
    assert len(list(read.frames())) == 1
    assert all(exchange.answer for exchange in read.exchanges())


@pytest.mark.parametrize(("revision", "seen"), [(OLDER, 2), (NEWEST, 0)])
def test_a_session_is_read_at_the_revision_it_negotiated(revision, seen):
    tape = Wire()
    tape.ask(1, "initialize", probe="offer/old")
    tape.answer(1, {"protocolVersion": OLDER, "capabilities": {"tools": {}}})
    tape.ask(2)
    tape.answer(2)
    read = tape.read(revision)
    assert len(list(read.exchanges())) == seen
    assert len(list(read.stimuli("offer", "old"))) == 1
    assert read.declares("tools") is (seen > 0)


def test_a_stateless_request_is_read_at_the_revision_it_claims():
    tape = Wire()
    request: dict[str, Json] = {"jsonrpc": "2.0", "id": 1, "method": "server/discover"}
    request["params"] = {"_meta": {META: Revision.R2026_07_28}}
    tape.say(Sender.CLIENT, request)
    tape.answer(1, {"capabilities": {"tools": {"listChanged": True}}})
    assert list(tape.read().exchanges()) == []
    modern = tape.read(Revision.R2026_07_28)
    assert modern.declares("tools.listChanged")
    assert not modern.declares("prompts")


def test_silence_is_filed_under_the_request_that_was_not_answered():
    tape = Wire()
    tape.ask(1)
    tape.add(EventKind.SILENCE, Sender.CLIENT, data={"id": 1, "why": "no answer in 1 s"})
    [exchange] = tape.read().exchanges()
    assert exchange.silence is not None
    assert "no answer in 1 s" in exchange.outcome


def test_the_listed_tools_are_collected_over_all_pages():
    tape = Wire()
    for number, name in enumerate(("a", "b", "a")):
        tape.ask(number, "tools/list")
        tape.answer(number, {"tools": [{"name": name, "title": str(number)}]})
    read = tape.read()
    assert [tool["name"] for tool, _ in read.tools] == ["a", "b", "a"]
    assert read.tool_by_name["a"]["title"] == "0"


def posted(tape: Wire, number: int, status: int) -> None:
    """Over HTTP+SSE: a request in a POST of its own, and the status of the response to that."""
    channel = f"post-{number}"
    tape.add(EventKind.HTTP_REQUEST, Sender.CLIENT, channel=channel, data={"method": "POST"})
    tape.ask(number, channel=channel)
    tape.add(EventKind.HTTP_RESPONSE, Sender.SERVER, channel=channel, data={"status": status})


def test_over_http_sse_an_accepted_post_is_no_answer_and_the_stream_has_them_all():
    tape = Wire("http+sse")
    tape.add(EventKind.HTTP_REQUEST, Sender.CLIENT, channel="get-1", data={"method": "GET"})
    posted(tape, 1, 202)
    posted(tape, 2, 202)
    tape.answer(2, channel="get-1")
    first, second = tape.read().exchanges()
    assert (first.status, first.refused, first.reply) == (None, False, None)
    assert (second.status, second.served) == (None, True)
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "error": {"code": -32600}}, channel="get-1")
    assert tape.read().exchanges()[0].error_code == -32600


def test_over_http_sse_a_post_may_be_refused_by_its_own_response():
    tape = Wire("http+sse")
    posted(tape, 1, 400)
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "error": {"code": -32700}}, channel="post-1")
    [exchange] = tape.read().exchanges()
    assert (exchange.status, exchange.refused, exchange.error_code) == (400, True, -32700)
