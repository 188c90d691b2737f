"""Recorded calls: which are made again, when, and what is told of the others."""

import asyncio
import itertools
from dataclasses import replace
from math import inf

import pytest
from surveyed import STATEFUL, STATELESS, TEXT, mock, planted, survey_of

from mcp_proof.errors import UsageError
from mcp_proof_contracts.transcript import Event, EventKind, Header, Sender, Transcript
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_load.arrivals.recorded import recorded_calls
from mcp_proof_load.arrivals.replay import Replay, period, rounds
from mcp_proof_load.plan import Plan, TimedCall


def anything(_name: str) -> str:
    return ""


def recording_of_mock(contract, spoken, *calls) -> Transcript:
    async def run() -> Transcript:
        async with mock(contract, spoken) as server:
            await server.list_tools()
            for name, arguments in calls:
                await server.call(name, arguments)
            return server.recorder.transcript

    return asyncio.run(run())


def recording(*calls: tuple[float, str, str, object]) -> Transcript:
    """Calls of MCP: when, by which session, of which tool, with which answer."""
    events: list[Event] = []

    def say(at, session, sender, value):
        message = parse(encode({"jsonrpc": "2.0", **value}))
        event = Event(seq=len(events), at=at, session=session, channel="stdio", sender=sender,
                      kind=EventKind.MESSAGE, message=message)  # fmt: skip
        events.append(event)

    for number, (at, session, name, answer) in enumerate(calls):
        params = {"name": name, "arguments": {"text": str(number)}}
        asked = {"id": number, "method": "tools/call", "params": params}
        say(at, session, Sender.CLIENT, asked)
        if answer is not None:
            say(at + 0.01, session, Sender.SERVER, {"id": number, **answer})
    header = Header(peer="p", side=Sender.SERVER, transport="stdio", started="2026-01-01T00:00:00")
    return Transcript(header, events)


GOOD = {"result": {"content": []}}
BAD = {"result": {"content": [], "isError": True}}


@pytest.mark.parametrize(
    ("contract", "spoken", "call"),
    [
        ("everything", STATEFUL, ("echo", {"message": "hello"})),
        ("everything", STATELESS, ("echo", {"message": "hello"})),
        ("email_tools", None, ("count_words", {"text": "one two"})),
        ("contextframe", None, ("search_documents", {"query": "weather"})),
        ("openapi_jsonrpc", None, ("process_data", {"input": "x"})),
        ("gateway", None, ("data:process_data", {"input": "x"})),
        ("websocket", None, ("process_data", {"input": "x"})),
    ],
)
def test_the_calls_of_every_dialect_are_read(contract, spoken, call):
    found = recorded_calls(recording_of_mock(contract, spoken, call, call), anything)
    assert [(each.name, each.arguments) for each in found.calls] == [call, call]
    assert found.left_out == ()


def test_a_call_keeps_its_time_since_the_first_and_its_session():
    found = recorded_calls(
        recording((5.0, "b", "say", GOOD), (5.5, "a", "say", GOOD), (7.0, "b", "say", GOOD)),
        anything,
    )
    assert [(each.at, each.session) for each in found.calls] == [(0.0, 0), (0.5, 1), (2.0, 0)]


def test_what_may_not_be_called_is_left_out_with_the_reason_and_how_often():
    found = recorded_calls(
        recording((0, "a", "order", GOOD), (1, "a", "order", GOOD), (2, "a", "say", GOOD)),
        lambda name: "not declared read-only" if name == "order" else "",
    )
    assert [each.name for each in found.calls] == ["say"]
    assert found.left_out == ("of the recording, 2 times: tool order: not declared read-only",)


def test_a_call_that_failed_in_the_recording_is_not_made_again():
    found = recorded_calls(recording((0, "a", "say", BAD), (1, "a", "say", GOOD)), anything)
    assert len(found.calls) == 1
    assert found.left_out == ("of the recording, once: tool say: it failed in the recording",)


def test_a_call_whose_answer_was_not_recorded_is_made_again():
    found = recorded_calls(recording((0, "a", "say", None)), anything)
    assert len(found.calls) == 1


def test_requests_that_call_no_tool_are_told():
    transcript = recording((0, "a", "say", GOOD))
    read = {"jsonrpc": "2.0", "id": 9, "method": "resources/read", "params": {"uri": "memo://a"}}
    transcript.events.append(replace(transcript.events[0], seq=9, message=parse(encode(read))))
    found = recorded_calls(transcript, anything)
    assert found.left_out == ("of the recording, once: resource memo://a: it calls no tool",)


def plan_of(*times: float, **members: object) -> Plan:
    calls = tuple(
        TimedCall(at=at, name="say", arguments={"n": n}, session=n % 2)
        for n, at in enumerate(times)
    )
    base = {"client": "rest", "place": {}, "speech": {}, "operations": (), "warm_up": 0.0}
    return Plan(**{**base, "recorded": calls, "duration": 3.0, **members})


def starts(replay: Replay) -> list[float]:
    due = iter(replay.next_call, None)
    return [each.start for each in itertools.takewhile(lambda each: each.call, due)]


def test_calls_come_at_their_times_and_then_again():
    assert starts(Replay(plan_of(0.0, 0.5, 1.0))) == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
    assert rounds(plan_of(0.0, 0.5, 1.0)) == 2


def test_a_multiple_of_the_speed_brings_all_of_it_closer():
    plan = plan_of(0.0, 1.0, 2.0, speed=2.0)
    assert period(plan) == 1.5
    assert starts(Replay(plan)) == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]


def test_calls_begin_with_the_warm_up():
    assert starts(Replay(plan_of(0.0, 2.0, warm_up=1.0))) == [-1.0, 1.0]


def test_calls_without_times_are_made_once_a_second_together():
    assert starts(Replay(plan_of(0.0, 0.0))) == [0.0, 0.0, 1.0, 1.0, 2.0, 2.0]


def test_all_is_over_for_good():
    replay = Replay(plan_of(0.0, duration=1.0))
    assert [replay.next_call().start for _ in range(3)] == [0.0, inf, inf]
    assert Replay(plan_of()).next_call().call is None


@pytest.mark.parametrize(("processes", "whole"), [(2, True), (3, False)])
def test_processes_share_the_calls_and_keep_sessions_whole_while_there_are_enough(processes, whole):
    plan = plan_of(0.0, 0.5, 1.0, 1.5)
    parts = [Replay(plan, n, processes) for n in range(processes)]
    dues = [list(itertools.takewhile(lambda d: d.call, iter(p.next_call, None))) for p in parts]
    assert sorted(due.start for part in dues for due in part) == starts(Replay(plan))
    assert all(len({due.call.session for due in part}) == 1 for part in dues) == whole


def say():
    return planted(say=({"text": TEXT}, lambda arguments, _s: arguments), other=({}, lambda *_: 1))


def test_a_survey_takes_tools_arguments_and_weights_from_a_recording():
    calls = [(n / 10, "a", "say", GOOD) for n in range(5)]
    plan = survey_of(say(), recording=recording(*calls)).plan
    (operation,) = plan.operations
    assert (operation.name, operation.weight, operation.echoes) == ("say", 5, True)
    assert [each["text"] for each in operation.arguments] == list("01234")
    assert plan.recorded == ()


def test_a_survey_makes_the_recording_again_at_a_speed():
    surveyed = survey_of(
        say(),
        recording=recording((0, "a", "say", GOOD), (1, "a", "gone", GOOD), (2, "a", "say", GOOD)),
        speed=4.0,
    )
    assert [(each.at, each.name) for each in surveyed.plan.recorded] == [(0, "say"), (2, "say")]
    assert surveyed.plan.speed == 4.0
    assert not any(each.marker or each.echoes for each in surveyed.plan.operations)
    assert any(
        each.startswith("crossed, bleeding, altered: recorded calls") for each in surveyed.untested
    )
    assert "of the recording, once: tool gone: the server does not list it" in surveyed.untested


def test_a_recording_without_any_call_that_may_be_made_is_wrong_usage():
    with pytest.raises(UsageError, match=r"(?s)no call that may be made again.*gone"):
        survey_of(say(), recording=recording((1, "a", "gone", GOOD)))
