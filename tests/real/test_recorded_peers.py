"""Official SDK clients talk to server-everything through a recorder, and see what they see without.

Each SDK over each transport: what its user saw is the same, and the recording holds the talk. Then
it talks to the recording, and sees it once more.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from installed import needs
from real_clients import driven
from real_servers import NODE, OFFICIAL, served
from recorded import of_kind, read_back, recording

from mcp_proof.replay import Replay, running_replay
from mcp_proof_contracts.judge import judge
from mcp_proof_contracts.revision import published
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Transcript

CLIENTS = {
    "python_sdk1.py": "clients-sdk1",
    "python_sdk2.py": "clients-sdk2",
    "typescript_v1.mjs": "clients-node",
    "typescript_v2.mjs": "clients-node",
    "fastmcp4.py": "clients-sdk2",
}
EVERYTHING = [str(NODE), str(OFFICIAL / "server-everything/dist/index.js")]
CALLS = {
    "echo": {"message": "grüße"},
    "get-sum": {"a": 2, "b": 40},
    # Meanwhile the server asks for roots; a client that leaves it without an answer waits for it.
    "trigger-long-running-operation": {"duration": 0.6, "steps": 2},
}
TOLD = ("Echo: grüße", "is 42", "operation completed")

pytestmark = needs("node", *sorted(set(CLIENTS.values())))


def plan(transport: str) -> dict[str, Any]:
    gets = {"simple-prompt": {}}
    return {"transport": transport, "mode": "legacy", "calls": CALLS, "reads": [], "gets": gets}


def recorded_command(file: Path) -> list[str]:
    # Clients hand on few of their variables.
    path = f"PYTHONPATH={os.environ.get('PYTHONPATH', '')}"
    ours = [sys.executable, "-m", "mcp_proof", "record", "-o", str(file), "--"]
    return ["/usr/bin/env", path, *ours, *EVERYTHING, "stdio"]


def no_difference(
    driver: str, through: dict[str, Any], direct: dict[str, Any], home: Path
) -> dict[str, Any]:
    """Two clients at the same time see the same, the one of them through a recorder."""
    with ThreadPoolExecutor() as both:
        plans = (through, direct)
        saw = list(both.map(lambda plan: driven(driver, CLIENTS[driver], plan, home), plans))
    seen, other = (without_lost(driver, each) for each in saw)
    assert seen == other
    return seen


def without_lost(driver: str, saw: dict[str, Any]) -> dict[str, Any]:
    """A TypeScript client may lose what comes in one read with a response: progress."""
    return {**saw, "progress": None} if driver.startswith("typescript") else saw


def seen_again(driver: str, file: Path, asked: dict[str, Any], home: Path) -> dict[str, Any]:
    """What a client sees of the recording."""
    with running_replay(Replay(file=file, strict=True)) as (url, _):
        saw = driven(driver, CLIENTS[driver], {**asked, "url": url}, home)
    return without_lost(driver, saw)


def the_talk_is_kept(kept: Transcript) -> None:
    sent = [event.message for event in kept.events if event.sender == "client" and event.message]
    called = [m.params["arguments"] for m in sent if m.method == "tools/call"]
    assert called == list(CALLS.values())
    said = [event.message for event in kept.events if event.sender == "server" and event.message]
    results = [message for message in said if "content" in message.result]
    assert [told in m.excerpt for told, m in zip(TOLD, results, strict=True)] == [True] * 3
    assert [m.params["progress"] for m in said if m.method == "notifications/progress"] == [1, 2]
    assert [m.method for m in said if m.method == "roots/list"] == ["roots/list"]
    [revision] = {r for m in said if (r := published(m.result.get("protocolVersion")))}
    verdicts = [v.outcome for v in judge(kept, revision)]
    assert verdicts.count(Outcome.PASSED) > 20


@pytest.mark.parametrize("driver", CLIENTS)
def test_an_sdk_over_stdio(driver, tmp_path):
    file = tmp_path / "c.ndjson"
    direct = {**plan("stdio"), "command": [*EVERYTHING, "stdio"]}
    through = {**plan("stdio"), "command": recorded_command(file)}
    seen = no_difference(driver, through, direct, tmp_path)
    kept = read_back(file)
    the_talk_is_kept(kept)
    assert seen_again(driver, file, plan("http"), tmp_path) == seen
    assert "Starting default (STDIO) server..." in [
        event.data["text"] for event in of_kind(kept, EventKind.STDERR)
    ]
    [close] = of_kind(kept, EventKind.CLOSE)
    assert close.data["how"] in {"eof", "sigterm"}


@pytest.mark.parametrize("driver", CLIENTS)
@pytest.mark.parametrize(
    ("server", "transport"),
    [("server-everything-http", "http"), ("server-everything-sse", "sse")],
)
def test_an_sdk_over_http(driver, server, transport, tmp_path):
    file, asked = tmp_path / "c.ndjson", plan(transport)
    with served(server) as url, recording(url, file) as own:
        seen = no_difference(driver, {**asked, "url": own}, {**asked, "url": url}, tmp_path)
    kept = read_back(file)
    the_talk_is_kept(kept)
    assert seen_again(driver, file, plan("http"), tmp_path) == seen
    assert kept.header.transport == {"http": "http", "sse": "http+sse"}[transport]
    assert len({event.session for event in kept.events if event.message}) == 1
