"""How the guides test clients of MCP servers, by what stands here in the place of their mocks.

Each section names the guide, and what is called otherwise here. The idioms of one row (a client of
the test framework on the application, schemas of documents, …) are in that row's file.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from mcp_proof import MockServer
from mcp_proof.testing import Client, ToolFailedError
from mcp_proof_mocks.memory import in_memory
from mcp_proof_mocks.running import running

QUERY = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}

# 000: `MockMCPServer` with `register_mock_tool`, `handle_request` and `call_history`


async def find(arguments: dict[str, Any]) -> dict[str, Any]:
    """A handler as the guide has them: a coroutine function of the arguments."""
    await asyncio.sleep(0)
    return {"documents": [{"uuid": "1", "content": f"about {arguments['query']}"}]}


def test_a_registered_tool_is_listed_with_its_schema_answers_and_is_in_the_history(mcp_servers):
    mock = MockServer()
    mock.register_mock_tool("search_documents", find, QUERY)
    with mcp_servers.client(mock) as client:
        [listed] = client.list_tools()
        found = client.call_tool("search_documents", {"query": "test"}).structured
    assert (listed["name"], listed["inputSchema"]) == ("search_documents", QUERY)
    assert found == {"documents": [{"uuid": "1", "content": "about test"}]}
    [call] = mock.call_history
    assert (call.name, call.arguments) == ("search_documents", {"query": "test"})


def test_a_request_is_handed_to_the_mock_without_any_transport():
    """What the guide does by `handle_request`, here by `in_memory`."""

    async def ask() -> Any:
        async with in_memory(MockServer("everything")) as (send, receive):
            await send({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": META})
            return await receive()

    tools = asyncio.run(ask())["result"]["tools"]
    assert "echo" in [tool["name"] for tool in tools]


META: Any = {
    "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
}


@pytest.fixture
def mcp_test_client(mcp_servers):
    """A server on a free port, and a client that is connected to it."""
    with running(MockServer("everything")) as url, mcp_servers.client(url) as client:
        yield client


def test_a_fixture_gives_a_client_of_a_server_on_a_free_port(mcp_test_client):
    assert mcp_test_client.call_tool("echo", {"message": "hello"}).succeeded().text == "hello"


# 001: `set_tool_response` with a value or a function, and `call_log`, which is `call_history` here


def test_the_response_of_a_tool_is_a_value_or_what_a_function_makes_of_the_arguments(mcp_servers):
    mock = MockServer()
    mock.register_mock_tool("search_papers", {"papers": []}, QUERY)
    with mcp_servers.client(mock) as client:
        assert client.call_tool("search_papers", {"query": "a"}).structured == {"papers": []}
        mock.set_tool_response("search_papers", {"papers": [{"title": "Test Paper 1"}]})
        [paper] = client.call_tool("search_papers", {"query": "b"}).structured["papers"]
        assert paper == {"title": "Test Paper 1"}
        mock.set_tool_response("search_papers", lambda arguments: {"papers": [arguments["query"]]})
        assert client.call_tool("search_papers", {"query": "c"}).structured == {"papers": ["c"]}
    times = [call.at for call in mock.call_history]
    assert [call.arguments["query"] for call in mock.call_history] == ["a", "b", "c"]
    assert times == sorted(times)


def test_a_response_for_a_tool_that_is_not_there_says_how_to_add_it():
    with pytest.raises(KeyError, match=r"there is no tool 'search_papers'.*`register_mock_tool`"):
        MockServer().set_tool_response("search_papers", {"papers": []})


class ResearchWorkflow:
    """Asks two servers, the second about each thing that the first has found, all at once."""

    def __init__(self, arxiv: Client, deep_research: Client) -> None:
        self._search = arxiv
        self._analyse = deep_research

    async def research_topic(self, topic: str) -> dict[str, Any]:
        found = await self._search.aio.call_tool("search_papers", {"query": topic})
        papers: Any = found.structured["papers"]  # type: ignore[index]  # an object with papers
        asked = [
            self._analyse.aio.call_tool("analyze_document", {"query": each["title"]})
            for each in papers
        ]
        analyses = await asyncio.gather(*asked)
        return {"papers": papers, "analysis": [each.structured for each in analyses]}


def test_a_workflow_runs_against_several_mocks_at_once(mcp_servers):
    arxiv, deep_research = MockServer(), MockServer()
    titles = [{"title": "Test Paper 1"}, {"title": "Test Paper 2"}]
    arxiv.register_mock_tool("search_papers", {"papers": titles}, QUERY)
    deep_research.register_mock_tool("analyze_document", {"summary": "Test analysis"}, QUERY)
    with mcp_servers.client(arxiv) as first, mcp_servers.client(deep_research) as second:
        workflow = ResearchWorkflow(first, second)
        result = asyncio.run(workflow.research_topic("machine learning"))
    assert len(result["papers"]) == 2
    assert result["analysis"] == [{"summary": "Test analysis"}] * 2
    arxiv.journal.assert_called_once_with("search_papers", {"query": "machine learning"})
    asked = {call.arguments["query"] for call in deep_research.call_history}
    assert asked == {"Test Paper 1", "Test Paper 2"}


# 002: a client around the server object, and a workflow with expected outputs


@pytest.fixture
def test_client(mcp_servers):
    """A client of a server object, without any port."""
    server = MockServer()
    server.register_mock_tool(
        "get_weather", lambda asked: {"location": asked["query"], "temperature": 72}, QUERY
    )
    with mcp_servers.client(server) as client:
        yield client


def test_a_tool_is_called_on_the_server_object(test_client):
    result = test_client.call_tool("get_weather", {"query": "Test City"}).structured
    assert result["location"] == "Test City"
    assert "temperature" in result


def summarized(client: Client, location: str) -> dict[str, Any]:
    """A workflow of two steps: look the weather up, say it in a sentence."""
    weather: Any = client.call_tool("get_weather", {"query": location}).succeeded().structured
    return {"weather_summary": f"{weather['location']}: {weather['temperature']} degrees"}


def conforms(outputs: dict[str, Any], expected: dict[str, type]) -> bool:
    return all(isinstance(outputs.get(name), kind) for name, kind in expected.items())


@pytest.mark.parametrize("workflow", [summarized])
def test_a_workflow_has_its_expected_outputs(
    workflow: Callable[[Client, str], dict[str, Any]], test_client
):
    outputs = workflow(test_client, "San Francisco")
    assert conforms(outputs, {"weather_summary": str})
    assert "San Francisco" in outputs["weather_summary"]


def test_a_workflow_hears_of_a_tool_that_fails(mcp_servers):
    server = MockServer()
    server.register_mock_tool("get_weather", lambda _: 1 / 0, QUERY)
    with (
        mcp_servers.client(server) as client,
        pytest.raises(ToolFailedError, match="ZeroDivisionError"),
    ):
        summarized(client, "San Francisco")
