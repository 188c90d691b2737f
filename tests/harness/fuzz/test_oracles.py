"""Each oracle names what it is for, and is silent about what only looks like it."""

import pytest
from fuzz.observed import event, gave, operation, seen, told

from mcp_proof.fuzz.generation import CANARIES, Validity
from mcp_proof.fuzz.observation import Ending
from mcp_proof.fuzz.operation import OperationKind
from mcp_proof.fuzz.oracle import complaints
from mcp_proof.tool_server import CallFailure
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.transcript import EventKind

TEXT = [{"type": "text", "text": "fine"}]
INVALID = {"arguments": {}, "validity": Validity.INVALID}
NUMBER = {"type": "object", "properties": {"n": {"type": "number"}}, "required": ["n"]}
OPENAI = "sk-proj-" + "a1B2" * 12
INTERNAL = CallFailure(text="boom", code=-32603)
CANARY = CANARIES[0]


def named(*observations):
    return [(each.oracle, each.level) for each in complaints(observations)]


@pytest.mark.parametrize(
    ("observation", "oracle", "level"),
    [
        (seen(ending=Ending.CRASHED), "crash", Level.MUST),
        (seen(ending=Ending.DROPPED), "crash", Level.MUST),
        (seen(ending=Ending.HUNG), "hang", Level.MUST),
        (seen(ending=Ending.SLOW), "hang", Level.MUST),
        (seen(events=[event(EventKind.HTTP_RESPONSE, status=500)]), "server-error", Level.MUST),
        (seen(failure=INTERNAL), "protocol-error", Level.SHOULD),
        (seen(failure=CallFailure(text="no", code=-32602)), "protocol-error", Level.ADVICE),
        (seen(value=TEXT, **INVALID), "invalid-accepted", Level.MUST),
        (
            seen(value=[{"type": "text", "text": "Error: text is missing"}], **INVALID),
            "failure-as-success",
            Level.ADVICE,
        ),
        (seen(**told("Traceback (most recent call last):\n  File")), "leak", Level.MUST),
        (seen(**told(f"refused: {OPENAI}")), "leak", Level.MUST),
        (seen(**told("DB_PASSWORD=hunter2hunter2 is wrong")), "leak", Level.MUST),
        (seen(**told("failed at /srv/app/main.py:12")), "leak", Level.MUST),
        (seen(**told("cannot read /home/service/config")), "leak", Level.ADVICE),
        (seen(value=TEXT, changed_lists=("tools/list",)), "read-only", Level.SHOULD),
        (
            seen(value=TEXT, operation=operation(output_schema=NUMBER), **gave({"content": TEXT})),
            "output-schema",
            Level.MUST,
        ),
        (
            seen(
                value={"n": "1"},
                operation=operation(output_schema=NUMBER),
                spoken=Dialect.CONTEXTFRAME,
            ),
            "output-schema",
            Level.MUST,
        ),
        (
            seen(operation=operation(OperationKind.PROMPT), value=[], **gave({"messages": 1})),
            "wire-schema",
            Level.MUST,
        ),
        (
            seen(
                {"text": CANARY},
                value=TEXT,
                **gave({"content": [{"type": "resource_link", "uri": f"x:///{CANARY}"}]}),
            ),
            "echo",
            Level.ADVICE,
        ),
    ],
)
def test_an_oracle_names_what_it_is_for(observation, oracle, level):
    assert named(observation) == [(oracle, level)]


@pytest.mark.parametrize(
    "observation",
    [
        seen(value=TEXT),
        seen(**told("the text is too long")),
        seen(**told("no such file: /home/me/notes"), arguments={"text": "/home/me/notes"}),
        seen(**told(f"refused: {OPENAI}"), arguments={"text": OPENAI}),
        seen(value=[{"type": "text", "text": "the home is /home/me"}]),
        seen(events=[event(EventKind.HTTP_RESPONSE, status=503)], failure=CallFailure(text="busy")),
        seen(failure=CallFailure(text="no", code=-32602), spoken=Revision.R2025_06_18),
        seen(failure=INTERNAL, **INVALID),
        seen(**INVALID, failure=CallFailure(text="text is missing", by_tool=True)),
        seen(value=TEXT, arguments={"text": 3}, validity=Validity.UNJUDGED),
        seen(
            value=TEXT,
            changed_lists=("tools/list",),
            operation=operation(read_only=False),
        ),
        seen(
            value=TEXT,
            operation=operation(output_schema=NUMBER),
            spoken=Revision.R2025_03_26,
            **gave({"content": TEXT}),
        ),
        seen({"text": CANARY}, value=TEXT, **gave({"content": [{"type": "text", "text": CANARY}]})),
    ],
)
def test_what_only_looks_like_a_failure_is_none(observation):
    assert named(observation) == []


def test_a_repetition_that_fails_is_told_of_a_tool_that_says_it_may_be_repeated():
    again = operation(idempotent=True)
    first = seen(value=TEXT, operation=again)
    second = seen(operation=again, **told("already done"))
    assert named(first, second) == [("idempotent", Level.ADVICE)]
    assert named(seen(value=TEXT), seen(**told("already done"))) == []


def test_a_repetition_may_give_another_value_of_the_same_kind():
    clock = operation(idempotent=True)
    noon = seen(value={"time": "12:00", "zones": [1]}, operation=clock)
    later = seen(value={"time": "12:01", "zones": [1, 2]}, operation=clock)
    assert named(noon, later) == []


COUNTED = {
    "type": "object",
    "properties": {
        "count": {"type": "integer"},
        "on": {"type": "boolean"},
        "names": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["count"],
}


@pytest.mark.parametrize(
    ("arguments", "level"),
    [
        ({"count": "7"}, Level.ADVICE),
        ({"count": False}, Level.ADVICE),
        ({"count": 7, "on": 1}, Level.ADVICE),
        ({"count": 7, "on": "True"}, Level.ADVICE),
        ({"count": 7, "names": ["a", 3]}, Level.ADVICE),
        ({"count": ""}, Level.MUST),
        ({"count": "seven"}, Level.MUST),
        ({"count": "7.5"}, Level.MUST),
        ({"count": [7]}, Level.MUST),
        ({"count": "7", "on": []}, Level.MUST),
        ({"on": "true"}, Level.MUST),
    ],
)
def test_what_a_tool_may_have_converted_is_only_advice(arguments, level):
    counting = operation(input_schema=COUNTED)
    taken = seen(arguments, value=TEXT, operation=counting, validity=Validity.INVALID)
    assert named(taken) == [("invalid-accepted", level)]
