"""What a server asks of its client is answered as it was in the recording."""

import pytest
from drifted import ERAS, call, contract, drifted, recorded, told, tool

from mcp_proof.sessions.client import answer_at_once
from mcp_proof_mocks.server import MockServer

ASKING = tool(
    "ask",
    steps=[
        {
            "ask": {
                "user": {
                    "method": "elicitation/create",
                    "params": {
                        "message": "Who?",
                        "requestedSchema": {
                            "type": "object",
                            "properties": {"name": {"type": "string"}},
                        },
                    },
                }
            }
        }
    ],
    answer={"text": "hello {{ $inputs.user.content.name }}"},
)
SAMPLING = tool(
    "ask",
    steps=[
        {
            "ask": {
                "model": {
                    "method": "sampling/createMessage",
                    "params": {"messages": [], "maxTokens": 5},
                }
            }
        }
    ],
    answer={"text": "hello Ada"},
)
PROGRESSING = tool("ask", steps=[{"progress": {"progress": 1, "total": 2}}])
WITH_TOKEN = "tools/call", {"name": "ask", "arguments": {}, "_meta": {"progressToken": "t"}}


def as_ada(message):
    if message.method == "elicitation/create":
        return {"result": {"action": "accept", "content": {"name": "Ada"}}}
    return answer_at_once(message)


def server(one):
    return MockServer(contract(one))


@pytest.mark.parametrize("recorded_at", ERAS)
@pytest.mark.parametrize("live_at", ERAS)
def test_the_recorded_answer_is_given_again_in_either_era(recorded_at, live_at):
    before = recorded(server(ASKING), [call("ask")], wanted=recorded_at, answer=as_ada)
    # Whatever else were answered would be another text.
    matchers = by_value()
    tally = drifted(before, server(ASKING), revision=live_at, matchers=matchers)
    assert told(tally) == []
    assert tally.counts == {"same": 2, "drifted": 0, "untested": 0}


def by_value():
    from mcp_proof.drift.matcher import Match, Matcher

    return (Matcher(path=("content",), match=Match.EQUAL),)


def test_a_server_that_asks_something_else_has_drifted():
    before = recorded(server(ASKING), [call("ask")], answer=as_ada)
    tally = drifted(before, server(SAMPLING))
    assert told(tally) == [("tool ask", "", "new"), ("tool ask", "", "gone")]
    assert {drift.difference.why.rpartition(" ")[2] for drift in tally.drifts} == {
        "sampling/createMessage",
        "elicitation/create",
    }


@pytest.mark.parametrize("era", ERAS)
def test_progress_that_does_not_come_any_more_is_told_once(era):
    before = recorded(server(PROGRESSING), [WITH_TOKEN], wanted=era)
    assert told(drifted(before, server(PROGRESSING))) == []
    tally = drifted(before, server(tool("ask")))
    assert told(tally) == [("notifications/progress", "", "gone")]
