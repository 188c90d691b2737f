"""Many tests with mocks of their own, for a run in several processes at once."""

import httpx2
import pytest


@pytest.mark.parametrize("number", range(200))
def test_mock(mcp_mock, make_mcp_mock, number):
    mcp_mock.register_mock_tool("number", lambda _: str(number))
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "number"}}
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    }
    headers = {
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": "number",
    }
    call["params"]["_meta"] = meta
    other = make_mcp_mock({"tools": [{"name": "number", "answer": {"text": "other"}}]})
    with httpx2.Client(headers=headers, verify=False, trust_env=False) as client:
        for mock, expected in [(mcp_mock, str(number)), (other, "other")]:
            answer = client.post(mock.url, json=call).json()
            assert answer["result"]["content"][0]["text"] == expected
            mock.journal.assert_called_once_with("number", {})
