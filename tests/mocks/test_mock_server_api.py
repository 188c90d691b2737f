"""`MockServer` from Python: answers that are set, tools that are added, what nobody foresaw."""

import asyncio

import pytest
from talk import Client, mock, tool

from mcp_proof_contracts.contract_file import DocumentError
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer

STATEFUL, STATELESS = "2025-11-25", "2026-07-28"


def answered(response, arguments=None, revision=STATEFUL) -> dict:
    server = mock(tools=[tool(answer={"text": "of the contract"})])
    server.set_tool_response("t", response)
    with Client(server, revision) as client:
        return client.call("t", arguments)


def text(value: str) -> dict:
    return {"content": [{"type": "text", "text": value}]}


# Answers


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("hello", text("hello")),
        ("{{ city }}", text("{{ city }}")),
        ({"n": 1}, {**text('{"n":1}'), "structuredContent": {"n": 1}}),
        ([1], text("[1]")),
        (5, text("5")),
        (None, text("null")),
        (text("mine") | {"isError": True}, text("mine") | {"isError": True}),
    ],
)
def test_a_tool_answers_with_the_value_that_was_set(value, result):
    assert answered(value) == result
    assert answered(lambda _arguments: value) == result

    async def later(_arguments):
        await asyncio.sleep(0)
        return value

    assert answered(later) == result


def test_a_function_gets_the_arguments():
    sums = answered(lambda arguments: {"sum": arguments["a"] + arguments["b"]}, {"a": 1, "b": 2})
    assert sums["structuredContent"] == {"sum": 3}
    assert answered(lambda a: a, {"x": 1}, STATELESS)["structuredContent"] == {"x": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        object(),
        {1, 2},
        {1: "a"},
        *({"content": content} for content in (object(), "text", None, {}, ["text"], [{}])),
    ],
)
def test_what_is_no_json_or_no_list_of_blocks_makes_the_call_fail_or_is_refused_at_once(wrong):
    assert answered(lambda _arguments: wrong)["isError"]
    server = mock(tools=[tool()])
    with pytest.raises(TypeError):
        server.set_tool_response("t", wrong)


def test_what_a_function_raises_becomes_a_failure_of_the_tool():
    def fails(arguments):
        raise LookupError(f"no {arguments['what']}")

    result = answered(fails, {"what": "tea"})
    assert result == {**text("LookupError: no tea"), "isError": True}


def test_a_refusal_that_a_function_raises_is_the_json_rpc_error():
    def refuses(_arguments):
        raise RefusalError(4001, "not today", data={"when": "tomorrow"})

    assert answered(refuses) == {
        "code": 4001,
        "message": "not today",
        "data": {"when": "tomorrow"},
    }


def test_arguments_are_still_checked():
    schema = {"type": "object", "required": ["a"]}
    server = mock(tools=[tool(inputSchema=schema)])
    server.set_tool_response("t", lambda arguments: arguments["a"])
    with Client(server) as client:
        assert "Invalid arguments" in client.text("t")
        assert client.text("t", {"a": "x"}) == "x"


@pytest.mark.parametrize(
    "use",
    [
        lambda server: server.set_tool_response("get_wether", "x"),
        lambda server: server.offer(["get_wether"], offered=True),
    ],
)
def test_an_unknown_tool_is_named_with_the_nearest_and_what_to_do(use):
    server = mock(tools=[tool(name="get_weather")])
    with pytest.raises(
        KeyError, match=r"'get_wether'. Did you mean get_weather\?.*register_mock_t"
    ):
        use(server)


# Tools that are added


def test_a_tool_that_is_registered_is_listed_and_called():
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    server = MockServer()
    server.register_mock_tool("add", lambda x: x["a"] + 1, schema, description="Adds one.")
    with Client(server) as client:
        assert client.hello["capabilities"] == {"tools": {}}
        [listed] = client.ask("tools/list")["result"]["tools"]
        assert listed == {"name": "add", "description": "Adds one.", "inputSchema": schema}
        assert client.text("add", {"a": 1}) == "2"
        assert client.call("add", {"a": "1"})["isError"]


def test_a_tool_that_is_registered_takes_the_place_of_another_and_is_announced():
    server = mock(announces=["tools"], tools=[tool(answer={"text": "old"})])
    with Client(server) as client:
        server.register_mock_tool("t", "new")
        assert client.methods() == ["notifications/tools/list_changed"]
        assert client.text("t") == "new"
        assert len(client.ask("tools/list")["result"]["tools"]) == 1


def test_a_registered_tool_with_an_unusable_schema_is_refused():
    with pytest.raises(ValueError, match="no usable JSON Schema"):
        MockServer().register_mock_tool("t", "x", {"type": "objct"})
    for schema in ({"type": "string"}, {"properties": {}}):
        with pytest.raises(ValueError, match="the schema of 't' needs `type: object`"):
            MockServer().register_mock_tool("t", "x", schema)


# What was not foreseen

UNFORESEEN = [
    ("tools/call", {"name": "get_wether"}, "tools/call get_wether: there is no such tool. Did you"),
    ("tools/call", {"name": "hidden"}, "tools/call hidden: there is no such tool"),
    ("prompts/get", {"name": "q"}, "prompts/get q: there is no such prompt"),
    ("resources/read", {"uri": "b"}, "resources/read b: there is no such resource"),
]


def served(*, strict: bool) -> MockServer:
    return MockServer(
        {
            "tools": [tool(name="get_weather"), tool(name="hidden", offered=False)],
            "prompts": [{"name": "p"}],
            "resources": [{"uri": "a", "text": ""}],
        },
        strict=strict,
    )


@pytest.mark.parametrize(("method", "params", "says"), UNFORESEEN)
def test_a_strict_server_fails_on_what_the_contract_does_not_foresee(method, params, says):
    server = served(strict=True)
    server.verify()
    with Client(server) as client:
        client.ask(method, **params)
    with pytest.raises(AssertionError, match="the contract does not foresee") as caught:
        server.verify()
    assert says in str(caught.value)


def test_every_request_that_was_not_foreseen_is_named_and_a_lenient_server_only_keeps_them():
    for strict in (True, False):
        server = served(strict=strict)
        with Client(server) as client:
            for method, params, _ in UNFORESEEN:
                client.ask(method, **params)
            client.call("get_weather")
        assert len(server.unexpected_calls) == len(UNFORESEEN)
        if not strict:
            server.verify()
            continue
        with pytest.raises(AssertionError) as caught:
            server.verify()
        assert len(str(caught.value).splitlines()) == 1 + len(UNFORESEEN)


def test_a_strict_server_fails_on_a_handler_that_raises_but_not_on_one_that_refuses():
    def fails(_arguments):
        raise LookupError("no tea")

    def refuses(_arguments):
        raise RefusalError(4001, "not today")

    for strict in (True, False):
        server = MockServer(strict=strict)
        server.register_mock_tool("brew", fails)
        server.register_mock_tool("wait", refuses)
        with Client(server) as client:
            client.call("wait")
            server.verify()
            assert client.call("brew")["isError"]
        if not strict:
            server.verify()
            continue
        with pytest.raises(AssertionError, match="brew: its handler raised LookupError: no tea"):
            server.verify()


# Where a contract comes from


def test_a_contract_is_a_name_of_the_library_a_file_a_document_or_nothing(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("info: {name: mine, version: '1'}")
    document = {"info": {"name": "own", "version": "2"}}
    for source, name in (
        ("plain", "plain"),
        (path, "mine"),
        (str(path), "mine"),
        (document, "own"),
    ):
        assert MockServer(source).contract.info["name"] == name
    assert not MockServer().tools


def test_the_document_stays_as_it_was_given():
    document = {"tools": [tool(answer={"text": "x"})]}
    MockServer(document, ["tools-name-unique"])
    assert document == {"tools": [tool(answer={"text": "x"})]}


def test_a_wrong_document_is_refused_before_a_fault_sees_it():
    with pytest.raises(DocumentError, match="tools: must be array, is 5"):
        MockServer({"tools": 5}, ["tools-name-unique"])


def test_a_name_that_is_no_contract_is_named_with_the_nearest():
    with pytest.raises(FileNotFoundError, match="Did you mean everything"):
        MockServer("evrything")


def test_what_is_no_contract_or_no_list_of_faults_is_said_to_be_none():
    with pytest.raises(TypeError, match="not int 5"):
        MockServer(5)
    with pytest.raises(TypeError, match=r"write \['wrong-id'\]"):
        MockServer("everything", "wrong-id")
