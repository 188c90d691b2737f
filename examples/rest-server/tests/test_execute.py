import pytest

from mcp_proof.testing import assert_conforms, rest_schema

COUNT = {"tool_slug": "count_words", "arguments": {"text": "one two"}}
TRANSLATE = {"tool_slug": "translate", "arguments": {"text": "tea", "language": "french"}}


@pytest.fixture
def execute(client):
    def execute(*tools):
        request = {"tools": tools, "request_id": "r-1"}
        assert_conforms(request, rest_schema("execute-request"))
        answer = client.post("/mcp/execute", json=request).json()
        assert_conforms(answer, rest_schema("execute-response"))
        assert answer["request_id"] == "r-1"
        return answer

    return execute


def test_several_tools_are_executed_in_order(execute, translator):
    results = execute(COUNT, TRANSLATE)["data"]["results"]
    assert results == [
        {"tool_slug": "count_words", "response": {"words": 2}},
        {"tool_slug": "translate", "response": {"text": "tea in french"}},
    ]
    translator.journal.assert_called_once_with("translate", TRANSLATE["arguments"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tool_slug": "sing", "arguments": {}}, "there is no tool 'sing'"),
        ({"tool_slug": "count_words", "arguments": {}}, "'text' is a required property"),
        ({"tool_slug": "translate", "arguments": {"text": "tea"}}, "'language' is a required"),
    ],
)
def test_the_first_failure_ends_the_request(execute, translator, wrong, said):
    answer = execute(wrong, TRANSLATE)
    assert not answer["successful"]
    assert said in answer["error"]
    translator.journal.assert_not_called("translate")


def test_a_failure_of_the_server_behind_us_is_passed_on(execute):
    klingon = {"tool_slug": "translate", "arguments": {"text": "tea", "language": "klingon"}}
    assert execute(klingon)["error"] == "translate: I do not speak klingon"


def test_an_error_of_the_server_behind_us_is_a_failure_too(execute, translator):
    translator.inject("unknown-error-code", tool="translate")
    assert "translate: " in execute(TRANSLATE)["error"]
