"""S7, official MCP as the guides tell of it: every transport, and all that a server can offer.

The rules of MCP and the revisions in between are seen kept and broken in tests/meta, on real
servers in tests/real.
"""

import sys

import pytest

from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_contracts.rule import Outcome
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

OLDEST, NEWEST = REVISIONS[0], REVISIONS[-1]
OLDEST_OF_HTTP = REVISIONS[1]


@pytest.mark.parametrize(
    ("spoken", "transport"),
    [
        (OLDEST, "stdio"),
        (OLDEST, "http+sse"),
        (OLDEST_OF_HTTP, "http"),
        (NEWEST, "stdio"),
        (NEWEST, "http"),
    ],
)
def test_one_mock_keeps_the_rules_of_tools_over_every_transport(spoken, transport, verify_mock):
    verdicts = verify_mock(spoken=spoken, transport=transport, only=["tools-"])
    outcomes = {rule: verdict.outcome for rule, verdict in verdicts.items()}
    assert Outcome.VIOLATED not in outcomes.values()
    assert outcomes["tools-list-answers"] is Outcome.PASSED


@pytest.mark.parametrize("source", ["port", "process", "memory"])
def test_tools_resources_and_prompts_are_there_for_one_client_whatever_it_goes_over(
    source, mcp_servers
):
    mock = MockServer("everything")
    with running(mock) as url:
        targets = {
            "port": url,
            "process": [sys.executable, "-m", "mcp_proof", "mock", "everything", "--stdio"],
            "memory": mock,
        }
        with mcp_servers.client(targets[source]) as client:
            assert "echo" in [tool["name"] for tool in client.list_tools()]
            assert client.call_tool("echo", {"message": "hello"}).succeeded().text == "hello"
            [first, *_] = client.list_resources()
            assert client.read_resource(first["uri"])
            assert client.list_prompts()
