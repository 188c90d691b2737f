"""The script language: which case answers, what happens before, and what the client is asked."""

import statistics
from random import Random

import pytest
from talk import Client, cases, mock, tool

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_mocks.script.latency import duration
from mcp_proof_mocks.script.template import template
from mcp_proof_mocks.server import MockServer

STATEFUL, STATELESS = "2025-11-25", "2026-07-28"
ERAS = pytest.mark.parametrize("revision", [STATEFUL, STATELESS])


# Which case


@pytest.mark.parametrize(
    ("when", "arguments", "matches"),
    [
        ({}, {}, True),
        ({"arguments": {"a": 1}}, {"a": 1, "b": 2}, True),
        ({"arguments": {"a": 1}}, {"a": 1.0}, True),
        ({"arguments": {"a": 1}}, {"a": 2}, False),
        ({"arguments": {"a": 1}}, {"a": "1"}, False),
        ({"arguments": {"a": 1}}, {"a": True}, False),
        ({"arguments": {"a": [{"b": 1}]}}, {"a": [{"b": True}]}, False),
        ({"arguments": {"a": [{"b": 1}]}}, {"a": [{"b": 1}]}, True),
        ({"arguments": {"a": [1]}}, {"a": [1, 2]}, False),
        ({"arguments": {"a": None}}, {}, False),
        ({"arguments": {"a": None}}, {"a": None}, True),
        ({"pattern": {"a": "^Par"}}, {"a": "Paris"}, True),
        ({"pattern": {"a": "ris"}}, {"a": "Paris"}, True),
        ({"pattern": {"a": "(?i)^par"}}, {"a": "PARIS"}, True),
        ({"pattern": {"a": "^ris"}}, {"a": "Paris"}, False),
        ({"pattern": {"a": "1"}}, {"a": 1}, False),
        ({"pattern": {"a": ""}}, {}, False),
        ({"schema": {"required": ["a"]}}, {"a": None}, True),
        ({"schema": {"properties": {"a": {"minimum": 3}}}}, {"a": 2}, False),
        ({"arguments": {"a": "x"}, "pattern": {"b": "y"}}, {"a": "x", "b": "z"}, False),
    ],
)
def test_a_case_is_taken_when_all_of_its_when_holds(when, arguments, matches):
    first, other = {"when": when, "answer": {"text": "yes"}}, {"answer": {"text": "no"}}
    with Client(mock(tools=[cases(first, other)])) as client:
        assert client.text("t", arguments) == ("yes" if matches else "no")


@pytest.mark.parametrize(
    ("call", "matching"),
    [(2, [2]), (2.0, [2]), ([1, 4], [1, 4]), ({"from": 3}, [3, 4, 5]), ({"from": 3.0}, [3, 4, 5])],
)
def test_calls_are_counted_for_the_whole_server(call, matching):
    first, other = {"when": {"call": call}, "answer": {"text": "yes"}}, {"answer": {"text": "no"}}
    server = mock(tools=[cases(first, other), tool(name="other")])
    taken = []
    for number in range(1, 6):
        with Client(server, STATELESS if number % 2 else STATEFUL) as client:
            client.call("other")
            if client.text("t") == "yes":
                taken.append(number)
    assert taken == matching


def test_states_lead_from_case_to_case_and_belong_to_the_server():
    door = cases(
        {"when": {"state": "open"}, "answer": {"text": "it was {{ $state }}"}, "then": "closed"},
        {"when": {"state": "closed"}, "answer": {"error": "closed"}, "then": "open"},
    )
    server = mock(state="open", tools=[door])
    with Client(server) as one, Client(server, STATELESS) as other:
        assert one.text("t") == "it was open"
        assert other.call("t")["isError"]
        assert one.text("t") == "it was open"


@ERAS
def test_when_no_case_matches_the_answer_says_so_and_verify_names_the_call(revision):
    contract = {"tools": [cases({"when": {"arguments": {"a": 1}}})]}
    server = MockServer(contract, strict=True)
    with Client(server, revision) as client:
        result = client.call("t", {"a": 2})
    assert result["isError"]
    assert "no answer" in result["content"][0]["text"]
    with pytest.raises(AssertionError, match=r"tools/call t with \{'a': 2\}: no case matches"):
        server.verify()


# Templates

SCOPE = {
    "city": "Oslo",
    "n": 5,
    "f": 1.5,
    "yes": True,
    "none": None,
    "list": ["a", {"b": "c"}],
    "place": {"name": "Rome", "size": {"x": 1}},
    "a.b": "dotted",
    "evil": "{{ city }} {{ $state }}",
    "$state": "open",
}


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("plain", "plain"),
        ("{{ city }}", "Oslo"),
        ("{{city}}!", "Oslo!"),
        ("in {{ city }}, {{ city }}", "in Oslo, Oslo"),
        ("{{ n }}", 5),
        ("{{ f }}", 1.5),
        ("{{ yes }}", True),
        ("{{ list }}", ["a", {"b": "c"}]),
        ("n={{ n }} yes={{ yes }}", "n=5 yes=true"),
        ("{{ place }}.", '{"name":"Rome","size":{"x":1}}.'),
        ("{{ place.name }}", "Rome"),
        ("{{ place.size.x }}", 1),
        ("{{ list.0 }}", "a"),
        ("{{ list.1.b }}", "c"),
        ("{{ list.2 }}", None),
        ("{{ list.² }}", None),
        ("{{ list.x }}", None),
        ("{{ a.b }}", "dotted"),
        ("{{ missing }}", None),
        ("{{ missing.deep.er }}", None),
        ("{{ city.name }}", None),
        ("<{{ missing }}>", "<>"),
        ("<{{ none }}>", "<>"),
        ("{{ evil }}", "{{ city }} {{ $state }}"),
        ("<{{ evil }}>", "<{{ city }} {{ $state }}>"),
        ("{{ $state }}", "open"),
        ("{{ }} {{ a b }} {{ city", "{{ }} {{ a b }} {{ city"),
        ("{{ city.__class__ }}", None),
        ({"a": ["{{ n }}", {"b": "{{ city }}"}], "c": 1}, {"a": [5, {"b": "Oslo"}], "c": 1}),
        ({"{{ city }}": 1}, {"{{ city }}": 1}),
        (7, 7),
    ],
)
def test_slots_are_filled_and_nothing_is_evaluated(value, filled):
    result = template(value)(SCOPE)
    assert (result, type(result)) == (filled, type(filled))


def test_names_of_the_server_cannot_be_given_by_arguments():
    answer = {"structured": {"call": "{{ $call }}", "inputs": "{{ $inputs }}"}}
    with Client(mock(tools=[tool(answer=answer)])) as client:
        result = client.call("t", {"$call": 99, "$inputs": "mine"})
    assert result["structuredContent"] == {"call": 1, "inputs": {}}


# Steps


def happening(*steps, **members):
    return mock(
        announces=["tools", "prompts"],
        subscriptions=True,
        tools=[
            tool(steps=list(steps), answer={"text": "{{ who }}"}),
            tool(name="hidden", offered=False),
        ],
        prompts=[{"name": "p"}],
        resources=[{"uri": "memo://a", "text": "x"}],
        **members,
    )


@pytest.mark.parametrize(
    ("step", "method", "params"),
    [
        (
            {"log": {"level": "error", "logger": "l", "data": {"for": "{{ who }}"}}},
            "notifications/message",
            {"level": "error", "logger": "l", "data": {"for": "me"}},
        ),
        ({"log": {"data": 1}}, "notifications/message", {"level": "info", "data": 1}),
        (
            {"progress": {"progress": 1, "total": 2, "message": "{{ who }}"}},
            "notifications/progress",
            {"progressToken": "p", "progress": 1, "total": 2, "message": "me"},
        ),
        (
            {"notify": {"method": "notifications/x", "params": {"a": "{{ who }}"}}},
            "notifications/x",
            {"a": "me"},
        ),
        ({"notify": {"method": "notifications/x"}}, "notifications/x", None),
    ],
)
@ERAS
def test_a_step_says_something_before_the_answer(revision, step, method, params):
    with Client(happening(step), revision) as client:
        client.level = "debug"
        assert client.text("t", {"who": "me"}, _meta={"progressToken": "p"}) == "me"
        [said] = client.heard
    assert (said["method"], said.get("params")) == (method, params)


def test_progress_is_reported_only_to_a_client_that_gave_a_token():
    with Client(happening({"progress": {"progress": 1}})) as client:
        client.call("t")
        assert client.methods() == []
        client.call("t", _meta={"progressToken": 0})
        assert client.heard[0]["params"] == {"progressToken": 0, "progress": 1}


@pytest.mark.parametrize(
    ("step", "method"),
    [
        ({"offer": ["hidden"]}, "notifications/tools/list_changed"),
        ({"withdraw": ["t"]}, "notifications/tools/list_changed"),
        ({"announce": "prompts"}, "notifications/prompts/list_changed"),
    ],
)
def test_a_step_announces_a_change(step, method):
    with Client(happening(step)) as client:
        client.call("t")
        assert client.methods() == [method]


def test_tools_that_are_offered_can_be_called_and_those_withdrawn_cannot():
    with Client(happening({"offer": ["hidden"]}, {"withdraw": ["t"]})) as client:
        assert client.call("hidden")["code"] == INVALID_PARAMS
        client.call("t")
        assert [each["name"] for each in client.ask("tools/list")["result"]["tools"]] == ["hidden"]
        assert "content" in client.call("hidden")
        assert client.call("t")["code"] == INVALID_PARAMS


def test_steps_come_in_their_order_with_their_delays(slept):
    steps = [{"log": {"data": 1}}, {"delay": 50}, {"log": {"data": 2}}, {"delay": 0}]
    with Client(happening(*steps)) as client:
        client.call("t")
        assert [said["params"]["data"] for said in client.heard] == [1, 2]
    assert slept == [0.05, 0]


def test_a_step_can_end_the_stream_of_the_answer_early():
    ended = []
    server = happening({"disconnect": {"retry_ms": 20.0}}, {"disconnect": {}})
    with Client(server) as client:
        handle = client.conversation.handle
        client.conversation.handle = lambda message, send: handle(message, send, ended.append)
        client.call("t")
    assert ended == [20, None]


def test_what_the_contract_lets_happen_after_the_handshake_happens_once_it_is_done():
    steps = [{"announce": "tools"}, {"log": {"data": "{{ $state }}"}}]
    server = happening(on_initialized=steps, state="open")
    with Client(server, greets=False) as client:
        client.tell("notifications/initialized")
        client.ask("initialize", protocolVersion=STATEFUL, capabilities={})
        assert client.methods() == []
        client.tell("notifications/initialized")
        assert client.heard[1]["params"]["data"] == "open"
        assert client.methods() == ["notifications/tools/list_changed", "notifications/message"]


def test_after_the_handshake_a_client_that_cannot_be_asked_is_left_in_peace():
    steps = [{"ask": {"r": {"method": "roots/list"}}}, {"announce": "tools"}]
    with Client(happening(on_initialized=steps)) as client:
        assert client.methods() == []
    with Client(happening(on_initialized=steps), capabilities={"roots": {}}) as client:
        client.respond(client.heard[0], result={"roots": []})
        assert client.methods() == ["roots/list", "notifications/tools/list_changed"]


# How long, and how often


@pytest.mark.parametrize(
    ("value", "mean", "tolerance"),
    [
        (40, 40, 0),
        ({"uniform": {"min": 10, "max": 30}}, 20, 1),
        ({"normal": {"mean": 100, "deviation": 10}}, 100, 2),
        ({"exponential": {"mean": 50}}, 50, 5),
        ({"exponential": {"mean": 0}}, 0, 0),
    ],
)
def test_durations_have_the_mean_that_the_contract_says(value, mean, tolerance):
    drawn = draws(value)
    assert statistics.fmean(drawn) * 1000 == pytest.approx(mean, abs=tolerance)
    assert min(drawn) >= 0


def draws(value, count=3000):
    draw, random = duration(value), Random(1)
    return [draw(random) for _ in range(count)]


def test_a_lognormal_duration_has_its_median_and_its_95th_percentile():
    drawn = draws({"lognormal": {"median": 40, "p95": 200}}, 20_000)
    cuts = statistics.quantiles(drawn, n=20)
    assert cuts[9] * 1000 == pytest.approx(40, rel=0.05)
    assert cuts[18] * 1000 == pytest.approx(200, rel=0.1)


def test_a_normal_duration_is_never_negative():
    assert min(draws({"normal": {"mean": 1, "deviation": 50}})) == 0


def test_a_tool_has_its_own_latency_others_that_of_the_server_by_its_seed(slept):
    contract = {
        "seed": 5,
        "latency": {"uniform": {"min": 10, "max": 20}},
        "tools": [tool(name="slow", latency=120), tool()],
        "prompts": [{"name": "p"}],
        "resources": [{"uri": "a", "text": "x"}],
    }

    def use():
        with Client(MockServer(contract)) as client:
            client.call("slow")
            client.call("t")
            client.ask("prompts/get", name="p")
            client.ask("resources/read", uri="a")
        waited = slept.copy()
        slept.clear()
        return waited

    first = use()
    assert first[0] == 0.12
    assert all(0.01 <= seconds <= 0.02 for seconds in first[1:])
    assert len(first) == 4
    assert use() == first


def test_calls_beyond_the_rate_limit_fail_until_there_is_room_again():
    now = [100.0]
    contract = {"tools": [tool(rate_limit={"calls": 2, "per": 60}, answer={"text": "ok"})]}
    server = MockServer(contract, clock=lambda: now[0])
    with Client(server) as client:

        def at(seconds):
            now[0] = 100.0 + seconds
            result = client.call("t")
            return "Rate limit exceeded" not in result["content"][0]["text"], result

        assert [at(s)[0] for s in (0, 30, 31, 59.9, 60, 61, 90, 91)] == [
            *(True, True, False, False),
            *(True, False, True, False),
        ]
        assert at(92)[1]["isError"]
        assert "try again in 28 s" in at(92)[1]["content"][0]["text"]


# Other services


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1/", "https://127.0.0.1/", "file:///x", "http://["]
)
def test_a_step_fetches_nothing_from_other_machines(url):
    with Client(happening({"fetch": "{{ url }}"})) as client:
        assert "other machines" in client.text("t", {"url": url})


def test_a_call_fails_when_nobody_answers_what_it_fetches():
    with Client(happening({"fetch": "http://127.0.0.1:1/"})) as client:
        assert "Nothing answers" in client.text("t")
