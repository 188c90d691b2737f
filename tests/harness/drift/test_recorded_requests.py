"""What a recording asked is read out of transcripts and journals of either era."""

import asyncio

import pytest
from drifted import ERAS, call, contract, conversation, drifted, recorded, told, tool
from redis_server import COMMAND, REQUIRED, running_redis

from mcp_proof.drift.recording_of import recording_of
from mcp_proof.record.foreign import read_recording
from mcp_proof.recorder import Recorder
from mcp_proof.sessions.client import answer_at_once
from mcp_proof.targets import header_of, target_of
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.transcript import Event, EventKind, Header, Sender, Transcript
from mcp_proof_contracts.wire import message
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.journal import Journal
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

HEADER = Header(peer="x", side=Sender.SERVER, transport="http", started="2026-07-28T12:00:00+00:00")


def transcript(*said):
    """A transcript of (sender, channel, message), all on one session."""
    events = [
        Event(
            seq=seq,
            at=float(seq),
            session="session-1",
            channel=channel,
            sender=sender,
            kind=EventKind.MESSAGE,
            probe=probe[0] if probe else "",
            message=message(value),
        )
        for seq, (sender, channel, value, *probe) in enumerate(said)
    ]
    return Transcript(HEADER, events)


def asked(number, method="tools/call", channel="post-1", **params):
    value = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    return Sender.CLIENT, channel, value


def told_of(number, channel="post-1", **members):
    return Sender.SERVER, channel, {"jsonrpc": "2.0", "id": number, "result": members}


def test_requests_of_two_clients_without_sessions_are_told_apart_by_their_channels():
    recording = recording_of(
        transcript(
            asked(1, name="a", channel="post-1"),
            asked(1, name="b", channel="post-2"),
            told_of(1, channel="post-1", said="a"),
            told_of(1, channel="post-2", said="b"),
        )
    )
    answers = {each.params["name"]: each.answer.value["said"] for each in recording.requests}
    assert answers == {"a": "a", "b": "b"}


def test_an_answer_may_come_on_another_channel():
    recording = recording_of(transcript(asked(1, name="a"), told_of(1, channel="get-2", said=1)))
    assert recording.requests[0].answer.value == {"said": 1}


def test_what_a_probe_sent_and_what_is_malformed_is_no_request_of_a_client():
    odd = (Sender.CLIENT, "post-1", {"id": 2, "method": "tools/list"})
    probed = (*asked(3, "tools/list"), "some-probe/case")
    assert recording_of(transcript(odd, probed, told_of(2), told_of(3))).requests == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ([asked(1, name="a")], "the recording has no answer to it"),
        ([asked(1, name="a", task={}), told_of(1)], "begins a task"),
        (
            [
                asked(1, name="a"),
                (
                    Sender.CLIENT,
                    "post-2",
                    {
                        "jsonrpc": "2.0",
                        "method": "notifications/cancelled",
                        "params": {"requestId": 1},
                    },
                ),
            ],
            "cancelled in the recording",
        ),
        (
            [asked(1, "tools/list", cursor="x"), told_of(1, tools=[])],
            "first page is not in the recording",
        ),
        (
            [asked(1, "tools/list"), told_of(1, tools=[], nextCursor="x")],
            "last page of the list is not in the recording",
        ),
        (
            [asked(1, name="a"), told_of(1, resultType="input_required", inputRequests={})],
            "before its last round",
        ),
    ],
)
def test_what_cannot_be_asked_again_has_a_reason(said, why):
    [request] = recording_of(transcript(*said)).requests
    assert why in request.why_not


def test_pages_are_joined_whatever_comes_between():
    recording = recording_of(
        transcript(
            asked(1, "tools/list"),
            told_of(1, tools=[{"name": "a"}], nextCursor="x"),
            asked(2, name="a"),
            told_of(2),
            asked(3, "tools/list", cursor="x"),
            told_of(3, tools=[{"name": "b"}]),
        )
    )
    assert [each.method for each in recording.requests] == ["tools/list", "tools/call"]
    assert recording.requests[0].answer.value == {"tools": [{"name": "a"}, {"name": "b"}]}
    assert recording.requests[0].why_not == ""
    assert recording.listed_tools == {"a", "b"}


def test_rounds_of_the_stateless_era_are_one_request():
    question = {"method": "elicitation/create", "params": {"message": "?"}}
    first = told_of(1, resultType="input_required", inputRequests={"u": question}, requestState="s")
    responses = {"u": {"action": "decline"}}
    recording = recording_of(
        transcript(
            asked(1, name="a"),
            first,
            asked(2, name="a", inputResponses=responses, requestState="s"),
            told_of(2, content=[]),
        )
    )
    [request] = recording.requests
    assert request.params == {"name": "a"}
    assert request.asked == {"elicitation/create"}
    assert request.answer.value == {"content": []}
    assert recording.answers[b"elicitation/create"] == [{"result": {"action": "decline"}}]


@pytest.mark.parametrize("era", ERAS)
def test_the_journal_of_a_mock_is_a_recording(era, tmp_path):
    file = tmp_path / "journal.ndjson"
    mock = MockServer(contract(tool()), journal=Journal(file))
    requests = [("tools/list", {}), call(at="here")]

    async def talk():
        recorder = Recorder(header_of(target_of(asgi_app(mock))))
        await conversation(asgi_app(mock), requests, recorder, era, answer_at_once, lists=False)

    asyncio.run(talk())
    mock.journal.close()
    journal = read_recording(file)
    assert journal.header.side is Sender.CLIENT
    tally = drifted(journal, MockServer(contract(tool())))
    assert told(tally) == []
    assert tally.counts == {"same": 3, "drifted": 0, "untested": 0}
    changed = drifted(journal, MockServer(contract(tool(answer={"error": "no"}))))
    assert told(changed) == [("tool look", "", "outcome")]


def test_a_hostile_recording_harms_nothing():
    strange = [
        asked(1, "tools/list"),
        told_of(1, tools=[{"name": ["a"]}, 7, {"name": None}], nextCursor={"a": 1}),
        asked([], "resources/read", uri={"a": 1}),
        asked({"a": 1}, "tools/call", name=3, arguments=[]),
        told_of({"a": 1}, content="x"),
        told_of(None),
        (Sender.SERVER, "post-1", [1, {}, []]),
        (Sender.SERVER, "post-1", {"jsonrpc": "2.0", "method": "notifications/progress"}),
        (Sender.SERVER, "post-1", {"jsonrpc": "2.0", "id": 9, "method": "sampling/createMessage"}),
        (Sender.CLIENT, "post-1", {"jsonrpc": "2.0", "id": 9, "error": 3}),
    ]
    tally = drifted(transcript(*strange), MockServer(contract(tool())))
    assert tally.compared >= 1


@pytest.mark.skipif(not COMMAND and not REQUIRED, reason="there is no redis-server")
def test_a_queue_is_asked_again():
    def server(answer):
        own = contract(tool(answer=answer), dialect="queue")
        return MockServer(own)

    async def look(driven):
        await driven.list_tools()
        await driven.call("look", {"at": "here"})

    with running_redis() as url:
        with running(server({"structured": {"a": 1, "b": 2}}), redis=url):
            before = recorded(url, [look], wanted=Dialect.QUEUE)
            assert told(drifted(before, url)) == []
            assert drifted(before, url).counts == {"same": 2, "drifted": 0, "untested": 0}
        with running(server({"structured": {"a": "1"}}), redis=url):
            found = told(drifted(before, url))
    assert found == [("call (look)", "/a", "type"), ("call (look)", "/b", "gone")]
