"""The mock in a thread of its own, for code without an event loop."""

import json
import threading
import urllib.request

import pytest

from mcp_proof import MockServer
from mcp_proof_mocks.running import running

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def call(url: str, name: str, **arguments: object) -> dict:
    params = {"name": name, "arguments": arguments, "_meta": META}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call",
        "Mcp-Name": name,
    }
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.loads(response.read())


def test_it_serves_while_the_block_runs_and_leaves_no_thread():
    before = set(threading.enumerate())
    mock = MockServer()
    mock.register_mock_tool("double", lambda arguments: {"twice": 2 * arguments["n"]})
    with running(mock) as url:
        result = call(url, "double", n=21)["result"]
    assert result["structuredContent"] == {"twice": 42}
    assert set(threading.enumerate()) == before


def test_what_is_set_meanwhile_shows_in_the_next_answer():
    mock = MockServer("everything")
    with running(mock) as url:
        mock.set_tool_response("echo", "another text")
        mock.announce("tools")
        result = call(url, "echo", message="hello")["result"]
    assert result["content"] == [{"type": "text", "text": "another text"}]


def test_a_strict_mock_fails_after_a_call_that_is_not_foreseen():
    mock = MockServer("everything", strict=True)
    unforeseen = "tools/call ehco: there is no such tool"
    with pytest.raises(AssertionError, match=unforeseen), running(mock) as url:
        assert call(url, "ehco")["error"]["code"] == -32602


def test_a_port_that_is_taken_is_told_at_once():
    with running(MockServer()) as url:
        port = int(url.split(":")[2].split("/")[0])
        with (
            pytest.raises(OSError, match="address already in use"),
            running(MockServer(), port=port),
        ):
            pass


@pytest.mark.parametrize("port", [99_999, -1])
def test_a_port_that_is_none_is_told_at_once(port):
    with pytest.raises(OverflowError), running(MockServer(), port=port):
        pass


def test_a_mock_that_is_running_is_not_run_again():
    mock = MockServer()
    with running(mock), pytest.raises(RuntimeError, match="running already"), running(mock):
        pass
    with running(mock) as url:
        assert url.endswith("/mcp")
