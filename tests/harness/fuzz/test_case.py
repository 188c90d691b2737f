"""A case has a text that a command line takes, and references to what earlier steps answered."""

import pytest

from mcp_proof.errors import UsageError
from mcp_proof.fuzz.case import (
    PACKED,
    Case,
    Step,
    UnresolvedError,
    case_of,
    parsed,
    printed,
    resolved,
)
from mcp_proof.fuzz.operation import OperationKind

CALL = Step(OperationKind.TOOL, "add", {"a": 1})


@pytest.mark.parametrize(
    "case",
    [
        Case((CALL,)),
        Case((CALL, Step(OperationKind.PROMPT, "greet", {"name": "é\ud800\0"}))),
        Case((Step(OperationKind.TEMPLATE, "notes:///{title}", {"title": "x" * 100_000}),)),
        Case((Step(OperationKind.COMPLETION, "prompt greet#name", {"value": 2**70}),)),
    ],
    ids=["one step", "two steps", "a long one", "a large number"],
)
def test_a_printed_case_is_read_as_it_was(case):
    assert case_of(parsed(printed(case.json))) == case


def test_a_long_case_is_packed_into_one_short_word():
    text = printed(Case((Step(OperationKind.TOOL, "t", {"text": "x" * 1_000_000}),)).json)
    assert text.startswith(PACKED)
    assert len(text) < 3000
    assert " " not in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "--case is no case"),
        ("z:####", "--case is no case"),
        ("z:AAAA", "--case is no case"),
        ("[]", "--case has no step"),
        ("3", "a step has one of tool, template, prompt, completion"),
        ('{"tool": 3}', "a step has one of tool"),
        ('{"tool": "x", "arguments": []}', "arguments that are an object"),
    ],
)
def test_what_is_no_case_is_refused_with_what_one_looks_like(text, told):
    with pytest.raises(UsageError, match=r"--case") as refused:
        case_of(parsed(text))
    assert told in str(refused.value)


def test_a_reference_stands_for_a_part_of_an_earlier_answer():
    value = {"id": {"$from": [0, "/items/1/id"]}, "all": [{"$from": [1, ""]}]}
    answers = [{"items": [{"id": "a"}, {"id": "b"}]}, 7]
    assert resolved(value, answers) == {"id": "b", "all": [7]}


@pytest.mark.parametrize(
    "reference", [[1, ""], [-1, ""], [0, "/gone"], [0, "/list/9"], ["0", ""], []]
)
def test_a_reference_to_nothing_is_told(reference):
    with pytest.raises(UnresolvedError):
        resolved({"id": {"$from": reference}}, [{"list": [1]}])
