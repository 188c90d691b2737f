"""Markers: which argument takes one, whose answers give it back, and who shares what."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surveyed import STATEFUL, STATELESS, TEXT, by_name, planted, survey_of, survey_of_mock

from mcp_proof.tool_server import CallFailure
from mcp_proof_load.correctness.marker import LENGTH, Marker, markers_in
from mcp_proof_load.survey import trial
from mcp_proof_load.survey.markers import LAST_SESSION, places

NOTHING_MARKED = "crossed, bleeding, altered: no tool gives back the marker that it is given"


def schema(*required, **properties):
    return {"type": "object", "properties": properties, "required": list(required)}


@pytest.mark.parametrize(
    "takes",
    [
        TEXT,
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"type": "string", "maxLength": LENGTH},
        {"type": "string", "pattern": "^[a-z]"},
    ],
)
def test_a_free_text_takes_a_marker(takes):
    assert places(schema(text=takes), {}) == ["text"]


@pytest.mark.parametrize(
    "refuses",
    [
        {"type": "integer"},
        {"type": "array", "items": TEXT},
        {"type": "string", "maxLength": LENGTH - 1},
        {"type": "string", "enum": ["a", "b"]},
        {"const": "a"},
        {"type": "string", "const": "a"},
        {"type": "string", "format": "date"},
        {"type": "string", "format": "uri"},
        {"type": "string", "pattern": "^[0-9]+$"},
        {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]},
        True,
    ],
)
def test_what_means_something_or_is_no_text_takes_none(refuses):
    assert places(schema(text=refuses), {}) == []


def test_required_arguments_come_first_and_few_are_tried():
    assert places(schema("d", a=TEXT, b=TEXT, c=TEXT, d=TEXT), {"d": "x"}) == ["d", "a", "b"]


def test_an_argument_that_forbids_another_one_takes_none():
    exclusive = {**schema(a=TEXT, b=TEXT), "dependentSchemas": {"a": {"properties": {"b": False}}}}
    assert places(exclusive, {"b": "x"}) == ["b"]


@given(st.integers(0, LAST_SESSION), st.integers(0, LAST_SESSION))
def test_a_marker_is_found_in_whatever_holds_it(session, call):
    marker = Marker(session, call)
    assert list(markers_in(f'{{"a":"x{marker}y{marker}"}}'.encode())) == [marker, marker]
    assert len(str(marker)) == LENGTH


def test_a_tool_that_gives_its_text_back_echoes():
    surveyed = survey_of_mock("everything", STATELESS)
    assert by_name(surveyed)["echo"].marker == "message"
    assert by_name(surveyed)["echo"].echoes
    assert not any("echo" in each for each in surveyed.untested)


def test_sessions_of_the_stateful_era_are_different_ones():
    echo = by_name(survey_of_mock("everything", STATEFUL))["echo"]
    assert (echo.marker, echo.echoes, echo.shares) == ("message", True, False)


def test_a_tool_that_takes_no_text_is_told():
    surveyed = survey_of(planted(add=({"a": {"type": "number"}}, lambda *_: 3)))
    operation = by_name(surveyed)["add"]
    assert (operation.marker, operation.echoes, operation.shares) == ("", False, False)
    assert surveyed.untested == (
        f"crossed answers of add: no argument takes any text of {LENGTH} characters",
        NOTHING_MARKED,
    )


def test_a_text_that_nobody_gives_back_keeps_its_ordinary_values():
    surveyed = survey_of(planted(search=({"query": TEXT}, lambda *_: "nothing found")))
    assert by_name(surveyed)["search"].marker == ""
    assert surveyed.untested == (
        "crossed answers of search: its answers do not give back what `query` is given",
        NOTHING_MARKED,
    )


def test_a_call_that_fails_with_a_marker_is_made_without():
    def find(arguments, _session):
        text = arguments["name"]
        return CallFailure(text=f"nobody is called {text}") if "mcpp-" in text else "somebody"

    surveyed = survey_of(planted(find=({"name": TEXT}, find)))
    assert by_name(surveyed)["find"].marker == ""
    told, whole = surveyed.untested
    assert whole == NOTHING_MARKED
    assert told.startswith(
        "crossed answers of find: its calls fail with a marker: nobody is called"
    )


def test_the_argument_is_taken_that_comes_back():
    def answer(arguments, _session):
        return {"about": arguments["title"]}

    surveyed = survey_of(planted(write=({"body": TEXT, "title": TEXT}, answer)))
    assert by_name(surveyed)["write"].marker == "title"
    assert by_name(surveyed)["write"].echoes


def every(number, rarely, usually):
    """A tool that answers otherwise in one of so many calls."""
    calls = itertools.count(1)
    return lambda a, s: rarely(a, s) if next(calls) % number == 0 else usually(a, s)


@pytest.mark.parametrize("number", [2, 3, 5])
def test_a_tool_that_gives_it_back_now_and_then_does_not_echo(number):
    say = every(number, lambda *_: "busy", lambda arguments, _s: arguments["text"])
    surveyed = survey_of(planted(say=({"text": TEXT}, say)))
    assert not by_name(surveyed)["say"].echoes
    assert any("say" in each for each in surveyed.untested)


@pytest.mark.parametrize("number", range(21, 60))
def test_what_goes_wrong_once_is_left_to_be_found_under_load(number):
    crossed = Marker(7, 7)
    say = every(
        number,
        lambda a, _s: str(crossed) if "mcpp-" in a["text"] else "busy",
        lambda a, _s: a["text"],
    )
    operation = by_name(survey_of(planted(say=({"text": TEXT}, say))))["say"]
    assert (operation.marker, operation.shares) == ("text", False)
    assert operation.echoes


def test_a_failure_that_comes_once_is_left_to_be_found_under_load():
    failure = CallFailure(text="not now")
    say = every(34, lambda *_: failure, lambda arguments, _s: arguments["text"])
    operation = by_name(survey_of(planted(say=({"text": TEXT}, say))))["say"]
    assert (operation.marker, operation.echoes) == ("text", True)


def test_only_arguments_are_used_with_which_the_marker_comes_back():
    def brief(arguments, _session):
        return arguments["text"] if arguments["loud"] else "done"

    loud = {"type": "boolean"}
    surveyed = survey_of(planted(say=({"text": TEXT, "loud": loud}, brief)))
    operation = by_name(surveyed)["say"]
    assert operation.echoes
    assert {each["loud"] for each in operation.arguments} == {True}


def test_arguments_with_which_a_marker_fails_are_not_used():
    def picky(arguments, _session):
        if "mcpp-" in arguments["text"] and arguments["loud"]:
            return CallFailure(text="not so loud")
        return arguments["text"]

    surveyed = survey_of(planted(say=({"loud": {"enum": [False, True]}, "text": TEXT}, picky)))
    operation = by_name(surveyed)["say"]
    assert operation.echoes
    assert {each["loud"] for each in operation.arguments} == {False}


def memory_of(key):
    """Two tools: one keeps a text, one gives it back; `key` says whose it is."""
    kept = {}

    def keep(arguments, session):
        kept[key(session)] = arguments["text"]
        return "kept"

    return {
        "keep": ({"text": TEXT}, keep),
        "recall": ({}, lambda _arguments, session: kept.get(key(session), "")),
    }


@pytest.mark.parametrize("order", [["keep", "recall"], ["recall", "keep"]])
def test_what_all_sessions_share_is_no_bleeding_and_is_told(order):
    tools = memory_of(lambda _session: "all")
    surveyed = survey_of(planted(**{name: tools[name] for name in order}))
    operations = by_name(surveyed)
    assert operations["recall"].shares
    assert operations["keep"].marker == "text"
    assert not operations["keep"].echoes
    assert any(
        each.startswith("bleeding between sessions in answers of recall:")
        for each in surveyed.untested
    )


def test_what_each_session_has_of_its_own_is_marked_so_that_bleeding_would_show():
    surveyed = survey_of(planted(**memory_of(lambda session: session)))
    operations = by_name(surveyed)
    assert operations["keep"].marker == "text"
    assert not operations["recall"].shares
    assert surveyed.untested[-1] == NOTHING_MARKED.replace("bleeding, ", "")


def test_sessions_that_will_share_a_connection_share_what_it_remembers():
    server = planted(**memory_of(lambda session: session))
    server.spoken = "websocket"
    assert by_name(survey_of(server))["recall"].shares


def test_an_answer_that_has_others_texts_besides_its_own_shares():
    log = []

    def say(arguments, _session):
        log.append(arguments["text"])
        return log[-10:]

    operation = by_name(survey_of(planted(say=({"text": TEXT}, say))))["say"]
    assert operation.echoes
    assert operation.shares


def test_markers_cost_a_bounded_number_of_calls():
    server = planted(**{f"tool_{n}": ({"text": TEXT}, lambda a, _s: a) for n in range(5)})
    survey_of(server)
    assert len(server.calls) <= 5 * (16 + 3 + 15 + 4)


def test_a_survey_sends_the_same_each_time():
    first, second = (planted(say=({"text": TEXT}, lambda a, _s: a)) for _ in range(2))
    survey_of(first)
    survey_of(second)
    assert first.calls == second.calls


def test_a_slow_tool_is_not_called_more_than_need_be(monkeypatch):
    calls = []

    def think(arguments, _session):
        calls.append(arguments)
        return arguments["text"]

    monkeypatch.setattr(trial, "PATIENCE", -1.0)  # whatever takes any time is slow
    surveyed = survey_of(planted(think=({"text": TEXT}, think)))
    assert len(calls) == 1
    assert by_name(surveyed)["think"].marker == ""
    assert surveyed.untested[0].startswith("crossed answers of think: its calls take so long")
