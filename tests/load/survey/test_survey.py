"""Surveys: which tools are called, with which arguments, and where."""

import asyncio
from dataclasses import replace

import pytest
from surveyed import (
    READ_ONLY,
    STATEFUL,
    STATELESS,
    TEXT,
    Planted,
    by_name,
    introduced,
    planted,
    survey_of,
    survey_of_mock,
    tool,
)

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.targets import AsgiTarget, CassetteTarget, CommandTarget, RedisTarget
from mcp_proof.tool_server import CallFailure
from mcp_proof_contracts.contract_file import checked_contract, load_contract
from mcp_proof_contracts.dialect import DIALECTS, Dialect
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.transcript import header_line
from mcp_proof_load.arrivals.recorded import recorded_calls
from mcp_proof_load.clients.kinds import KINDS
from mcp_proof_load.plan import Plan
from mcp_proof_load.survey.markers import MOST_PLACES
from mcp_proof_load.survey.options import SurveyOptions
from mcp_proof_load.survey.place import client_of
from mcp_proof_load.survey.surveying import MOST_TOOLS, MOST_TRIES, survey
from mcp_proof_mocks.contract_source import find_contract
from mcp_proof_mocks.dialects.queue import serving_queue
from mcp_proof_mocks.server import MockServer

INFO = {"name": "shop", "version": "1.0.0"}


def echo(arguments, _session):
    return arguments


def contract(**members):
    return checked_contract({"info": INFO, **members})


def test_tools_that_declare_themselves_read_only_are_called_and_others_are_told():
    surveyed = survey_of_mock("everything", STATELESS)
    assert list(by_name(surveyed)) == ["echo", "get_weather", "show_content", "count_slowly"]
    told = next(each for each in surveyed.untested if "test_simple_text" in each)
    assert told.endswith(
        "not declared read-only (annotations.readOnlyHint); --tool NAME or --allow-destructive "
        "calls it"
    )


def test_arguments_are_different_and_valid_and_the_same_for_the_same_seed():
    tools = {"order": ({"isbn": TEXT, "copies": {"type": "integer", "minimum": 1}}, echo)}
    one, same, other = (by_name(survey_of(planted(**tools), seed=n))["order"] for n in (1, 1, 2))
    assert one == same
    assert one.arguments != other.arguments
    assert len({str(each) for each in one.arguments}) == len(one.arguments) == 16
    schema = tool("order", tools["order"][0]).input_schema
    assert not any(instance_problems(schema, each) for each in one.arguments)


def test_only_the_named_tools_are_called_whatever_they_declare():
    surveyed = survey_of_mock("everything", STATELESS, tools=("test_simple_text",))
    assert list(by_name(surveyed)) == ["test_simple_text"]


def test_all_tools_are_called_where_the_user_allows_it():
    server = planted(order=({"isbn": TEXT}, echo))
    server.tools = [(tool("order", annotations={}), echo)]
    assert list(by_name(survey_of(server, allow_destructive=True))) == ["order"]
    with pytest.raises(UsageError, match=r"(?s)no tool that may be called.*order: not declared"):
        survey_of(server)


def test_a_tool_that_is_not_there_is_told_with_those_that_are_near():
    with pytest.raises(UsageError, match=r"--tool: there is no tool 'ordr'. Did you mean order\?"):
        survey_of(planted(order=({}, echo)), tools=("ordr",))
    with pytest.raises(UsageError, match=r"contract's load.tools.ordr: there is no .* order\?"):
        survey_of(planted(order=({}, echo)), contract=contract(load={"tools": {"ordr": {}}}))


def test_a_server_without_tools_is_none_to_load():
    with pytest.raises(PeerError, match="lists no tool"):
        survey_of(Planted([]))


def test_a_tool_whose_first_calls_fail_is_left_out_with_what_it_said():
    def fails(_arguments, _session):
        return CallFailure(text="no such book")

    surveyed = survey_of(planted(order=({"isbn": TEXT}, fails), shelf=({}, echo)))
    assert list(by_name(surveyed)) == ["shelf"]
    assert "order: its first 16 calls fail: no such book" in surveyed.untested


def test_a_tool_that_fails_is_called_all_the_same_where_it_is_named():
    server = planted(order=({"isbn": TEXT}, lambda *_: CallFailure(text="no such book")))
    surveyed = survey_of(server, tools=("order",))
    assert len(by_name(surveyed)["order"].arguments) == 16
    assert any("is called all the same, as it is named" in each for each in surveyed.untested)
    with pytest.raises(UsageError, match=r"(?s)nothing to load .*contract file.*no such book"):
        survey_of(server)


def test_a_server_that_wants_to_know_who_calls_is_told_apart():
    with pytest.raises(UsageError, match=r"(?s)nothing to load.*--header-env Authorization"):
        survey_of_mock("guarded_tools", authorized=False)


def test_arguments_that_fail_are_not_used():
    def picky(arguments, _session):
        return arguments if len(arguments["isbn"]) > 8 else CallFailure(text="too short")

    arguments = by_name(survey_of(planted(order=({"isbn": TEXT}, picky))))["order"].arguments
    assert 0 < len(arguments) < 16
    assert all(len(each["isbn"]) > 8 for each in arguments)


def test_nobody_waits_again_for_a_tool_that_is_silent():
    server = planted(
        order=({"isbn": TEXT}, lambda *_: CallFailure(text="no answer in 5 s", answered=False)),
        shelf=({}, echo),
    )
    surveyed = survey_of(server)
    assert [name for _, name, _ in server.calls].count("order") == 1
    assert "order: its first call fails: no answer in 5 s" in surveyed.untested


def test_a_tool_that_asks_the_client_is_left_out():
    server = planted(shelf=({}, echo))

    def asks(_arguments, _session):
        server.say({"jsonrpc": "2.0", "id": 1, "method": "elicitation/create", "params": {}})
        return "thank you"

    server.tools.append((tool("ask"), asks))
    surveyed = survey_of(server)
    assert list(by_name(surveyed)) == ["shelf"]
    assert (
        "ask: its calls ask the client (elicitation/create), and users answer nothing"
        in surveyed.untested
    )


def test_a_tool_is_kept_beside_whose_call_the_server_asks_something_once():
    server = planted(shelf=({}, echo))
    questions = iter([{"jsonrpc": "2.0", "id": 1, "method": "roots/list"}])

    def asked_meanwhile(_arguments, _session):
        if (question := next(questions, None)) is not None:
            server.say(question)
        return "a book"

    server.tools = [(tool("shelf"), asked_meanwhile)]
    assert list(by_name(survey_of(server))) == ["shelf"]


@pytest.mark.parametrize("spoken", [STATEFUL, STATELESS])
def test_a_tool_that_needs_what_no_user_can_do_is_left_out(spoken):
    surveyed = survey_of_mock("everything", spoken)
    assert any(each.startswith(("ask_user", "consult")) for each in surveyed.untested)
    assert not by_name(surveyed).keys() & {"ask_user", "consult"}


def test_a_server_of_many_tools_is_surveyed_with_a_bounded_number_of_calls():
    many = {f"tool_{n}": ({"text": TEXT}, echo) for n in range(60)}
    server = planted(**many)
    surveyed = survey_of(server)
    assert len(surveyed.plan.operations) == MOST_TOOLS
    assert len(server.calls) <= 2 * MOST_TRIES + MOST_TOOLS * (MOST_PLACES + 4)
    assert any(
        each.startswith("tool_50, tool_51,") and "and 2 others" in each
        for each in surveyed.untested
    )
    assert set(by_name(survey_of(planted(**many), tools=("tool_59",)))) == {"tool_59"}


def test_a_tool_without_possible_arguments_is_told():
    server = planted(shelf=({}, echo))
    server.tools.append((tool("order", {"isbn": False}), echo))
    surveyed = survey_of(server)
    assert list(by_name(surveyed)) == ["shelf"]
    assert any(
        each.startswith("order: no arguments can be made for it: ") for each in surveyed.untested
    )


def test_examples_and_weights_come_from_the_contract():
    given = contract(
        fuzz={"tools": {"order": {"examples": [{"isbn": "978-0131103627"}]}}},
        load={"tools": {"order": {"weight": 7}}},
    )
    server = planted(order=({"isbn": TEXT}, echo), shelf=({}, echo))
    operations = by_name(survey_of(server, contract=given))
    assert operations["order"].arguments[0] == {"isbn": "978-0131103627"}
    assert (operations["order"].weight, operations["shelf"].weight) == (7, 1)


def test_what_the_contract_leaves_alone_is_not_called():
    given = contract(
        fuzz={"tools": {"order": {"skip": True}}}, load={"tools": {"basket": {"weight": 0}}}
    )
    server = planted(order=({}, echo), basket=({}, echo), shelf=({}, echo))
    surveyed = survey_of(server, contract=given)
    assert list(by_name(surveyed)) == ["shelf"]
    assert "order: the contract says `skip: true` of it" in surveyed.untested
    assert "basket: the contract gives it the weight 0" in surveyed.untested


def test_what_the_contract_says_is_read_only_may_be_called():
    server = planted(shelf=({}, echo))
    server.tools.append((tool("order", annotations={}), echo))
    given = contract(fuzz={"tools": {"order": {"read_only": True}}})
    server.may_call = lambda listed: listed.is_read_only or listed.name in server.allowed
    assert set(by_name(survey_of(server, contract=given))) == {"order", "shelf"}


@pytest.mark.parametrize(
    ("name", "spoken", "client", "path"),
    [
        ("everything", STATELESS, "stateless", "mcp"),
        ("everything", STATEFUL, "stateful", "mcp"),
        ("email_tools", None, "rest", ""),
        ("contextframe", None, "contextframe", ""),
        ("openapi_jsonrpc", None, "openapi_jsonrpc", "mcp"),
        ("gateway", None, "gateway", ""),
    ],
)
def test_the_plan_says_where_the_server_is_and_who_calls_it(name, spoken, client, path):
    plan = survey_of_mock(name, spoken).plan
    port, _, below = plan.place["url"].removeprefix("http://127.0.0.1:").partition("/")
    assert (port.isdecimal(), below) == (True, path)
    assert plan.client == client
    assert plan.connections == 0
    assert plan.user_kinds == ({"caller": 4, "churn": 1} if client == "stateful" else {"caller": 1})
    assert Plan.from_json(plan.to_json()) == plan


def test_every_server_has_a_client_of_its_kind():
    servers = [(name, planted(shelf=({}, echo))) for name in DIALECTS if name is not Dialect.MCP]
    for name, server in servers:
        server.spoken = name
        assert client_of(server) in KINDS


def test_headers_go_with_the_place():
    place = survey_of_mock("openapi_jsonrpc").plan.place
    assert place["headers"] == [["X-API-Key", "data-processing-key"]]


def test_users_of_a_websocket_share_connections():
    fast = {
        "info": INFO,
        "dialect": "websocket",
        "tools": [{"name": "shelf", "annotations": READ_ONLY, "answer": {"structured": {}}}],
    }
    plan = survey_of_mock(fast).plan
    assert (plan.client, plan.connections) == ("websocket", 2)
    assert plan.place["url"].startswith("ws://127.0.0.1:")


def test_speech_has_the_revision_and_the_schemas_of_arguments_that_headers_repeat():
    assert survey_of_mock("everything", STATEFUL).plan.speech == {"revision": "2025-11-25"}
    speech = survey_of_mock("everything", STATELESS).plan.speech
    assert speech["revision"] == "2026-07-28"
    assert set(speech["parameter_headers"]) == {"get_weather", "test_x_mcp_header"}
    assert speech["parameter_headers"]["get_weather"] == {"Mcp-Param-City": ["city"]}


def test_the_place_of_a_described_server_is_where_it_takes_calls():
    plan = survey_of_mock("openapi_jsonrpc").plan
    assert (plan.speech, plan.place["url"].endswith("/mcp")) == ({}, True)


def test_speech_of_a_gateway_says_which_server_has_each_tool():
    speech = survey_of_mock("gateway").plan.speech
    assert speech["tools"]["data:count_words"] == ["data", "count_words"]


def test_a_queue_is_loaded_where_its_redis_is(redis_url):
    async def run():
        behind = MockServer(load_contract(find_contract("queue")))
        async with serving_queue(behind, redis_url), introduced(RedisTarget(redis_url)) as server:
            surveyed = await survey(server, SurveyOptions())
            return surveyed, recorded_calls(server.recorder.transcript, lambda _name: "")

    surveyed, recorded = asyncio.run(run())
    assert surveyed.plan.client == "queue"
    assert surveyed.plan.place["url"] == redis_url
    assert any(each.echoes for each in surveyed.plan.operations)
    assert {call.name for call in recorded.calls} >= set(by_name(surveyed))


def test_a_server_of_this_process_cannot_be_loaded():
    server = planted(shelf=({}, echo))
    server.target = AsgiTarget(lambda *_: None)
    with pytest.raises(UsageError, match=r"lives in this process.*give the URL"):
        survey_of(server)


def test_a_recording_is_no_server_to_load(tmp_path):
    file = tmp_path / "session.ndjson"
    server = planted(shelf=({}, echo))
    file.write_bytes(header_line(server.recorder.transcript.header))
    server.target = CassetteTarget(file)
    with pytest.raises(UsageError, match=r"is a recording, .*mcp-proof replay.*--cassette"):
        survey_of(server)


def test_a_schema_that_is_none_is_no_obstacle_where_the_contract_has_examples():
    server = planted(shelf=({}, echo))
    broken = {"type": "object", "properties": {"isbn": {"type": "txet"}}}
    server.tools.append((replace(tool("order"), input_schema=broken), echo))
    given = contract(fuzz={"tools": {"order": {"examples": [{"isbn": "1"}]}}})
    operations = by_name(survey_of(server, contract=given))
    assert operations["order"].arguments == ({"isbn": "1"},)
    assert operations["order"].marker == ""
    without = survey_of(server)
    assert list(by_name(without)) == ["shelf"]
    assert any(each.startswith("order: no arguments can be made") for each in without.untested)


def test_a_command_is_started_by_the_load_processes_where_it_was_given():
    server = planted(shelf=({}, echo))
    server.target = CommandTarget(["server", "--fast"], env={"KEY": "value"}, cwd="/tmp")
    assert survey_of(server).plan.place == {
        "command": ["server", "--fast"],
        "cwd": "/tmp",
        "env": {"KEY": "value"},
    }
