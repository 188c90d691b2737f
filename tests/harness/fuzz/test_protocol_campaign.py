"""Malformed messages within a campaign: which are sent, and what is told of those that are not."""

import json

from fuzz.campaigns import campaign

from mcp_proof.fuzz.tally import exit_code
from mcp_proof.tally import NOTHING_JUDGED
from mcp_proof.targets import MemoryTarget
from mcp_proof_mocks.server import MockServer


def shop() -> MockServer:
    server = MockServer({"info": {"name": "shop", "version": "1"}})
    server.register_mock_tool("order", "ordered", {"type": "object"})
    return server


def call(tool: str) -> dict:
    """A case of bytes, with a call that is well formed."""
    params = {"name": tool, "arguments": {}}
    request = {"jsonrpc": "2.0", "id": "one", "method": "tools/call", "params": params}
    return {"transport": "memory", "steps": [{"raw": json.dumps(request)}]}


def test_a_given_message_that_names_a_forbidden_tool_is_left_out_and_the_reason_told():
    server = shop()
    tally = campaign(MemoryTarget(server), case=call("order"))
    assert server.call_history == []
    assert [(each.label, each.reason) for each in tally.not_tried] == [
        (
            "protocol",
            "tool order: it does not declare itself read-only: --tool NAME or --allow-destructive",
        )
    ]
    assert [(each.label, each.cases) for each in tally.tried] == [("protocol", 0)]
    assert exit_code([tally]) == NOTHING_JUDGED


def test_a_given_message_that_names_a_permitted_tool_is_sent():
    server = shop()
    tally = campaign(MemoryTarget(server), case=call("order"), allow_destructive=True)
    assert [each.name for each in server.call_history] == ["order"]
    assert tally.not_tried == []
    assert [(each.label, each.cases) for each in tally.tried] == [("protocol", 1)]
