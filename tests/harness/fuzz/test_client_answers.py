"""Our client answers a server's questions in every way; a server that bears it has no failure."""

import shlex
import sys
from pathlib import Path

import pytest
from fuzz.campaigns import campaign

from mcp_proof.cli import main
from mcp_proof.errors import UsageError
from mcp_proof.fuzz.case import case_of
from mcp_proof.fuzz.client import answering, hostile_answers
from mcp_proof.sessions.client import answer_at_once
from mcp_proof.targets import CommandTarget
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import message

PEER = Path(__file__).parents[2] / "peers" / "asking.py"
MOCK = [sys.executable, "-m", "mcp_proof_mocks"]
METHODS = ("elicitation/create", "sampling/createMessage", "roots/list")
SCHEMA = {
    "type": "object",
    "properties": {
        "age": {"type": "integer", "minimum": 18},
        "colour": {"type": "string", "enum": ["red", "blue"]},
    },
    "required": ["age", "colour"],
}


def asking(*options: str) -> CommandTarget:
    return CommandTarget([sys.executable, str(PEER), *options])


@pytest.fixture(scope="module")
def broken():
    return campaign(asking("--broken"), max_examples=10)


@pytest.mark.parametrize(("tool", "client"), [("ask_user", "hostile:0"), ("consult", "hostile:0")])
def test_an_answer_that_ends_the_server_is_found_and_shown_smallest(broken, tool, client):
    [failure] = [each for each in broken.failures if each.operation == f"tool {tool}"]
    assert failure.complaint.oracle == "crash"
    assert failure.case == {"tool": tool, "arguments": {}, "client": client}
    assert failure.reproduced


def test_nothing_else_is_found_there(broken):
    assert len(broken.failures) == 2


def test_the_printed_command_shows_it_again(broken, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(broken.failures[0].reproduce)
    assert words[0] == "mcp-proof"
    assert main(words[1:]) == 1
    assert "the server ended instead of answering" in capsys.readouterr().out


def test_a_server_that_bears_every_answer_has_no_failure():
    clean = campaign(asking(), max_examples=10)
    assert clean.failures == []
    assert {"tool ask_user", "tool consult"} <= {each.label for each in clean.tried}


def test_a_server_that_asks_by_input_required_results_gets_the_same_answers():
    tools = ("ask_user", "consult")
    target = CommandTarget([*MOCK, "everything"])
    run = campaign(target, revision=Revision.R2026_07_28, tools=tools, max_examples=5)
    assert run.failures == []
    quiet = campaign(target, revision=Revision.R2026_07_28, tools=("echo", "fail"), max_examples=5)
    assert run.cases > quiet.cases  # nothing is tried where nothing is asked


def test_an_answer_that_a_tool_passes_on_is_not_held_against_it(tmp_path):
    contract = tmp_path / "careless.yaml"
    contract.write_text(
        """
info: {name: careless, version: "1"}
revisions: [2026-07-28]
tools:
  - name: shout
    annotations: {readOnlyHint: true}
    outputSchema: {type: object, properties: {name: {type: string}}, required: [name]}
    steps:
      - ask:
          who:
            method: elicitation/create
            params:
              message: Who?
              requestedSchema: {type: object, properties: {name: {type: string}}, required: [name]}
    answer: {structured: {name: "{{ $inputs.who.content.name }}"}}
"""
    )
    run = campaign(CommandTarget([*MOCK, str(contract)]), max_examples=5)
    assert run.failures == []


# The answers


def asked(method: str):
    params = {"message": "?", "requestedSchema": SCHEMA} if method.startswith("elicit") else {}
    return message({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


def test_without_a_mode_the_client_answers_as_always():
    for method in METHODS:
        assert answering("")(asked(method)) == answer_at_once(asked(method))


@pytest.mark.parametrize("number", range(20))
def test_generated_content_is_what_the_server_asks_for(number):
    answer = answering(f"generated:{number}")(asked("elicitation/create"))
    assert answer["result"]["action"] == "accept"
    assert not instance_problems(SCHEMA, answer["result"]["content"])


@pytest.mark.parametrize("method", METHODS)
def test_a_number_gives_the_same_answer_each_time_and_numbers_differ(method):
    answers = [answering(f"generated:{number}")(asked(method)) for number in range(8)]
    assert answers == [answering(f"generated:{number}")(asked(method)) for number in range(8)]
    assert any(answer != answers[0] for answer in answers)


@pytest.mark.parametrize("method", METHODS)
def test_every_hostile_answer_is_a_response_and_none_is_told_twice(method):
    ways = [answering(f"hostile:{number}") for number in range(hostile_answers(method) - 1)]
    answers = [way(asked(method)) for way in ways]  # the last one comes late
    for answer in answers:
        assert len(answer) == 1
        if "result" in answer:
            assert isinstance(answer["result"], dict)
        else:
            assert isinstance(answer["error"]["code"], int)
    assert len({repr(answer) for answer in answers}) == len(answers)


@pytest.mark.parametrize("client", ["friendly", "hostile", "hostile:x", 7, ["hostile:1"]])
def test_a_case_with_a_client_that_does_not_exist_is_refused(client):
    with pytest.raises(UsageError, match="expected generated:N or hostile:N"):
        case_of({"tool": "t", "arguments": {}, "client": client})


def test_the_client_is_part_of_a_case():
    text = {"tool": "t", "arguments": {}, "client": "hostile:3"}
    assert case_of(text).json == text
    assert case_of(text).is_hostile
    assert not case_of({**text, "client": "generated:3"}).is_hostile
