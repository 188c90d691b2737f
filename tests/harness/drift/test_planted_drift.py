"""What has changed in a server is told, each change once; what has not is not."""

import pytest
from drifted import ERAS, READ_ONLY, call, contract, drifted, recorded, told, tool

from mcp_proof.drift.events import Verdict
from mcp_proof.drift.tally import exit_code
from mcp_proof.errors import UsageError
from mcp_proof_mocks.server import MockServer

STRUCTURED = {
    "type": "object",
    "properties": {"degrees": {"type": "integer"}, "sky": {"type": "string"}},
}
ASKED = [("tools/list", {}), call(at="here")]


def weather(**values):
    return {"structured": {"degrees": 21, "sky": "clear", **values}}


def a_server(*tools, **members):
    return MockServer(contract(*tools, **members))


@pytest.mark.parametrize("recorded_at", ERAS)
@pytest.mark.parametrize("live_at", ERAS)
def test_the_same_server_has_not_drifted_in_either_era(recorded_at, live_at):
    one = tool(answer=weather(), outputSchema=STRUCTURED, title="Look")
    before = recorded(a_server(one, tool("other")), ASKED, wanted=recorded_at)
    tally = drifted(before, a_server(one, tool("other")), revision=live_at)
    assert told(tally) == []
    assert tally.counts == {"same": 3, "drifted": 0, "untested": 0}
    assert exit_code([tally]) == 0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (weather(degrees=3, sky="rain"), []),
        (weather(degrees=21.5), [("/structuredContent/degrees", "type")]),
        (weather(degrees="21"), [("/structuredContent/degrees", "type")]),
        (weather(degrees=None), [("/structuredContent/degrees", "type")]),
        (weather(wind=3), [("/structuredContent/wind", "new")]),
        ({"structured": {"degrees": 21}}, [("/structuredContent/sky", "gone")]),
        ({"error": "no weather today"}, [("", "outcome")]),
        ({"refusal": {"code": -32000, "message": "no"}}, [("", "outcome")]),
    ],
)
@pytest.mark.parametrize("era", ERAS)
def test_a_change_of_a_result_is_told_once(era, answer, expected):
    before = recorded(a_server(tool(answer=weather())), [call(at="here")], wanted=era)
    tally = drifted(before, a_server(tool(answer=answer)))
    assert told(tally) == [("tool look", *each) for each in expected]
    assert exit_code([tally]) == bool(expected)


def test_a_tool_that_is_gone_is_told_once_though_it_is_listed_and_called():
    both = a_server(tool(), tool("gone"))
    before = recorded(both, [("tools/list", {}), call("gone"), call("gone", at="x"), call()])
    tally = drifted(before, a_server(tool()))
    assert told(tally) == [("tools/list", "/tools/gone", "gone")]
    assert tally.drifts[0].seen == 3
    assert tally.counts == {"same": 2, "drifted": 3, "untested": 0}


def test_a_tool_that_is_gone_is_told_though_nobody_listed_it():
    before = recorded(a_server(tool(), tool("gone")), [call("gone")])
    assert told(drifted(before, a_server(tool()))) == [("tools/list", "/tools/gone", "gone")]


def test_a_tool_that_was_never_there_is_not_gone():
    before = recorded(a_server(tool()), [("tools/list", {}), call("never")])
    tally = drifted(before, a_server(tool()))
    assert told(tally) == []
    assert [each.operation for each in tally.of(Verdict.UNTESTED)] == ["tool never"]


def test_a_new_tool_is_a_difference_of_the_list():
    before = recorded(a_server(tool()), [("tools/list", {})])
    tally = drifted(before, a_server(tool(), tool("added")))
    assert told(tally) == [("tools/list", "/tools/added", "new")]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "object", "properties": {"at": {"type": "string", "description": "x"}}}, "new"),
        ({"type": "object", "properties": {"at": {"type": "integer"}}}, "value"),
        ({"type": "object", "properties": {}}, "gone"),
        ({"type": "object", "properties": {"at": {"type": "string"}}, "required": ["at"]}, "new"),
    ],
)
def test_a_schema_is_compared_by_what_it_says(schema, expected):
    before = recorded(a_server(tool()), [("tools/list", {})])
    tally = drifted(before, a_server(tool(inputSchema=schema)))
    assert [change for _, _, change in told(tally)] == [expected]


def test_what_a_schema_only_explains_may_change():
    described = {"type": "string", "description": "where", "title": "At"}
    other = {"type": "string", "description": "the place", "title": "Where"}
    one, two = (
        a_server(tool(inputSchema={"type": "object", "properties": {"at": each}}))
        for each in (described, other)
    )
    assert told(drifted(recorded(one, [("tools/list", {})]), two)) == []


def test_a_hint_that_flips_is_a_difference_and_the_tool_is_not_called_any_more():
    before = recorded(a_server(tool()), ASKED)
    tally = drifted(before, a_server(tool(annotations={"readOnlyHint": False})))
    assert told(tally) == [("tools/list", "/tools/look/annotations/readOnlyHint", "value")]
    assert [each.operation for each in tally.of(Verdict.UNTESTED)] == ["tool look"]


def test_what_is_not_declared_read_only_is_not_called_unless_the_user_says_so():
    risky = tool("wipe", annotations={"destructiveHint": True})
    server = a_server(risky)
    before = recorded(server, [call("wipe")])
    live = a_server(risky)
    tally = drifted(before, live)
    assert tally.counts["untested"] == 1
    assert live.journal.tool_calls() == []
    for options in ({"tools": ("wipe",)}, {"allow_destructive": True}):
        live = a_server(risky)
        assert drifted(before, live, **options).counts["untested"] == 0
        assert [each.name for each in live.journal.tool_calls()] == ["wipe"]


def test_what_changes_nothing_is_asked_once_and_what_does_as_often_as_it_was():
    risky = tool("wipe", annotations={})
    requests = [call(), call(), call("wipe"), call(), call(), call("wipe")]
    before = recorded(a_server(tool(), risky), requests)
    live = a_server(tool(), risky)
    drifted(before, live, allow_destructive=True)
    assert [each.name for each in live.journal.tool_calls()] == ["look", "wipe", "look", "wipe"]


def test_a_tool_that_nobody_has_is_a_mistake_of_the_user():
    before = recorded(a_server(tool()), [call()])
    with pytest.raises(UsageError, match="Did you mean look"):
        drifted(before, a_server(tool()), tools=("lok",))


def test_a_member_that_is_there_sometimes_may_be_missing():
    sometimes = tool()
    del sometimes["answer"]
    sometimes["cases"] = [
        {"when": {"call": 1}, "answer": weather(wind=3)},
        {"answer": weather()},
    ]
    before = recorded(a_server(sometimes), [call(), call()])
    assert told(drifted(before, a_server(tool(answer=weather())))) == []
    assert told(drifted(before, a_server(tool(answer=weather(wind=4))))) == []
    once = recorded(a_server(sometimes), [call()])
    assert told(drifted(once, a_server(tool(answer=weather())))) == [
        ("tool look", "/structuredContent/wind", "gone")
    ]


def test_an_error_of_another_code_is_a_difference_and_its_text_is_not():
    def failing(code, text):
        return a_server(tool(answer={"refusal": {"code": code, "message": text}}))

    before = recorded(failing(-32001, "one"), [call()])
    assert told(drifted(before, failing(-32001, "another"))) == []
    assert told(drifted(before, failing(-32002, "one"))) == [("tool look", "", "outcome")]


def test_lists_of_several_pages_are_compared_whole():
    tools = [tool(f"tool-{number}") for number in range(5)]
    paged = MockServer({**contract(*tools), "page_size": 2})
    whole = MockServer(contract(*tools))
    assert told(drifted(recorded(paged, [], lists=True), whole)) == []
    assert told(drifted(recorded(whole, [], lists=True), paged)) == []
    fewer = MockServer({**contract(*tools[:4]), "page_size": 2})
    before = recorded(paged, [], lists=True)
    assert told(drifted(before, fewer)) == [("tools/list", "/tools/tool-4", "gone")]


def test_capabilities_and_names_are_compared():
    before = recorded(a_server(tool(), instructions="Look first."), [call()])
    tally = drifted(before, a_server(tool()))
    assert told(tally) == [("introduction", "/instructions", "gone")]


def test_prompts_and_resources_are_asked_for_again():
    def server(prompt, text):
        return MockServer(
            {
                **contract(),
                "prompts": [{"name": "greet", "answer": prompt}],
                "resources": [{"uri": "note://a", "name": "a", "text": text}],
            }
        )

    asked = [("prompts/get", {"name": "greet"}), ("resources/read", {"uri": "note://a"})]
    before = recorded(server({"text": "hello"}, '{"a": 1}'), asked)
    assert told(drifted(before, server({"text": "hi"}, '{"a": 2}'))) == []
    tally = drifted(before, server({"text": "hi"}, '{"b": 2}'))
    assert told(tally) == [
        ("resource note://a", "/contents/*/text/a", "gone"),
        ("resource note://a", "/contents/*/text/b", "new"),
    ]


def test_a_server_that_does_not_answer_is_a_difference():
    before = recorded(a_server(tool()), [call()])
    live = MockServer({**contract(tool()), "faults": ["no-response:method=tools/call"]})
    assert told(drifted(before, live, timeout=0.5)) == [("tool look", "", "outcome")]


def test_read_only_is_what_the_live_server_says():
    before = recorded(a_server(tool(annotations={})), [call()])
    assert drifted(before, a_server(tool(annotations=READ_ONLY))).counts["untested"] == 0


def test_where_tools_cannot_be_listed_none_is_called_and_none_is_gone():
    before = recorded(a_server(tool()), ASKED)
    live = MockServer(contract(tool()), ["no-response:method=tools/list"])
    tally = drifted(before, live, timeout=0.5)
    assert told(tally) == [("tools/list", "", "outcome")]
    [left] = tally.of(Verdict.UNTESTED)
    assert left.reason == "the server's tools could not be listed (no answer)"
    assert live.journal.tool_calls() == []


def test_a_server_without_tools_is_told_by_what_it_declares():
    before = recorded(a_server(tool()), [call()])
    resources = [{"uri": "note://a", "name": "a", "text": "b"}]
    tally = drifted(before, MockServer({**contract(), "tools": [], "resources": resources}))
    assert ("introduction", "/capabilities/tools", "gone") in told(tally)
