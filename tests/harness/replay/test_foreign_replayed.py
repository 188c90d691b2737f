"""Recordings of other tools are replayed like cassettes of ours."""

from pathlib import Path

import httpx2
import pytest

from mcp_proof.replay import Replay, running_replay

RECORDINGS = Path(__file__).parent.parent / "record/foreign/recordings"
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "t", "version": "1"},
}


@pytest.mark.parametrize(
    "name", ["stateful.mitmproxy.har", "http.mcp-cassette.json", "stdio.mcp-recorder.json"]
)
def test_what_another_tool_recorded_is_answered_again(name):
    accepted = {"accept": "application/json, text/event-stream"}
    with (
        running_replay(Replay(file=RECORDINGS / name)) as (url, _),
        httpx2.Client(headers=accepted, timeout=20) as client,
    ):
        opening = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO}
        answer = client.post(url, json=opening)
        session = {"mcp-session-id": answer.headers["mcp-session-id"]}
        listing = {"jsonrpc": "2.0", "id": "x", "method": "tools/list", "params": {}}
        listed = client.post(url, json=listing, headers=session).json()
    assert answer.json()["result"]["serverInfo"]["name"] == "weather"
    assert listed["id"] == "x"
    assert listed["result"]["tools"]
