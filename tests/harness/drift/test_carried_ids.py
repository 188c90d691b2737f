"""An id that the server gives anew each time is taken from its answer of today."""

from drifted import call, contract, drifted, recorded, told, tool

from mcp_proof.drift.carried import Carried
from mcp_proof.drift.recorded import Request
from mcp_proof_mocks.server import MockServer


def notes(note):
    reading = tool("read_note")
    del reading["answer"]
    reading["cases"] = [
        {"when": {"arguments": {"id": note}}, "answer": {"text": "milk"}},
        {"answer": {"error": "there is no such note"}},
    ]
    listing = tool("list_notes", answer={"structured": {"notes": [{"id": note, "title": "buy"}]}})
    return MockServer(contract(listing, reading))


def test_what_the_client_took_from_an_answer_it_takes_from_the_answer_of_today():
    before = recorded(notes("n-8d1f22"), [call("list_notes"), call("read_note", id="n-8d1f22")])
    live = notes("n-03ab77")
    assert told(drifted(before, live)) == []
    assert live.journal.tool_calls()[-1].arguments == {"id": "n-03ab77"}


def test_what_it_took_from_elsewhere_stays():
    before = recorded(notes("n-8d1f22"), [call("list_notes"), call("read_note", id="n-8d1f22")])
    alone = recorded(notes("n-8d1f22"), [call("read_note", id="n-8d1f22")])
    assert told(drifted(alone, notes("n-03ab77"))) == [("tool read_note", "", "outcome")]
    assert told(drifted(before, notes("n-8d1f22"))) == []


def carried(*pairs):
    known = Carried()
    for before, now in pairs:
        known.learn(before, now)
    return lambda **params: known.into(Request(method="tools/call", params=params)).params


def test_ids_in_texts_that_are_json_are_found_too():
    into = carried(({"content": ['{"id": "abc-12"}']}, {"content": ['{"id": "xyz-34"}']}))
    assert into(arguments={"in": ["abc-12"]}) == {"arguments": {"in": ["xyz-34"]}}


def test_an_id_that_became_several_is_left_alone():
    into = carried(({"a": "abc-12", "b": "abc-12"}, {"a": "xyz-34", "b": "xyz-56"}))
    assert into(arguments={"id": "abc-12"}) == {"arguments": {"id": "abc-12"}}


def test_words_are_no_ids_and_no_tool_becomes_another_one():
    into = carried(({"a": "sunny", "b": "wipe-all-2"}, {"a": "rainy", "b": "look-at-2"}))
    params = {"name": "wipe-all-2", "arguments": {"sky": "sunny"}}
    assert into(**params) == params
