"""The fixtures on servers that speak another dialect than MCP."""

import pytest

from mcp_proof.gate import Gate
from mcp_proof.runner import VerifyOptions
from mcp_proof.testing import ErrorAnswerError, McpAssertionError, ToolFailedError
from mcp_proof.testing.shared_servers import SharedServers
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer


@pytest.fixture(scope="module")
def servers():
    with SharedServers.opened(VerifyOptions(timeout=5), Gate()) as opened:
        yield opened


@pytest.fixture
def tools():
    """A mock of REST behind a port."""
    server = MockServer("email_tools")
    with running(server):
        yield server


@pytest.fixture
def client(servers, tools):
    with servers.client(tools.url) as connected:
        yield connected


def test_a_client_finds_out_what_is_spoken_and_calls_tools_by_it(client, tools):
    assert client.spoken == "rest"
    assert client.server_info == {"name": "email_tools", "version": "1.0.0"}
    names = [tool["name"] for tool in client.list_tools()]
    assert names == ["send_email", "count_words", "find_contact"]
    result = client.call_tool("count_words", {"text": "a b"}).succeeded()
    assert result.structured == {"words": 2}
    [call] = tools.call_history
    assert (call.name, call.arguments) == ("count_words", {"text": "a b"})
    tools.journal.assert_called_once_with("count_words", {"text": "a b"})


def test_a_failure_of_the_tool_is_told_apart_from_an_error_of_the_server(client, tools):
    failed = client.call_tool("find_contact", {"name": "nobody"}).failed("no such contact")
    with pytest.raises(ToolFailedError, match="no such contact"):
        failed.succeeded()
    tools.set_tool_response("count_words", lambda _: 1 / 0)
    assert client.call_tool("count_words", {"text": "a"}).is_error
    tools.inject("rest-good-body-served")
    with pytest.raises(ErrorAnswerError, match="find_contact was answered by error HTTP 500"):
        client.call_tool("find_contact", {"name": "ada"})


def test_what_only_mcp_has_is_refused_by_name(client):
    with pytest.raises(McpAssertionError, match="speaks rest, which has none"):
        client.list_prompts()
    with pytest.raises(McpAssertionError, match="revision: "):
        assert client.revision
    assert "at rest" in repr(client)


def test_a_mock_in_this_process_is_a_target_in_its_own_dialect(servers):
    with servers.client(MockServer("email_tools")) as client:
        assert client.spoken == "rest"
        assert client.call_tool("count_words", {"text": ""}).structured == {"words": 2}


def test_a_marker_names_the_dialect_whose_rules_are_tests(repository_with):
    result = repository_with(
        """
        import pytest
        from mcp_proof import MockServer

        @pytest.fixture(scope="module")
        def mcp_target():
            return MockServer("email_tools", ["rest-request-id-echoed"])

        @pytest.mark.mcp_contract(dialect="rest", only="rest-")
        def test_rest(mcp_verdict):
            pass
        """
    )
    outcomes = result.parseoutcomes()
    assert outcomes["failed"] == 1
    assert outcomes["passed"] > 10
    result.stdout.fnmatch_lines(["*FAILED*rest-request-id-echoed*"])
