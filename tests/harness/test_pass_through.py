"""A mock passes on to another mock over each transport; both sides may be of either era."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from mock_client import META, Client, text

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.pass_through import KEPT_EVENTS, Overheard, RealServer, passing_through
from mcp_proof.recorder import Recorder
from mcp_proof.transports import http_client, stdio
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import Event, EventKind, Header, Sender
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

BOUND = 30.0
MOCK = [sys.executable, "-m", "mcp_proof", "mock"]
STATEFUL, STATELESS = Revision.R2025_11_25, Revision.R2026_07_28
ASK = {
    "ask": {
        "who": {
            "method": "elicitation/create",
            "params": {
                "message": "Who?",
                "requestedSchema": {"type": "object", "properties": {"name": {"type": "string"}}},
            },
        }
    }
}
REAL = {
    "info": {"name": "real", "version": "1"},
    "tools": [
        {"name": "plain", "answer": {"text": "from the real server"}},
        {
            "name": "talk",
            "steps": [{"log": {"level": "warning", "data": "x"}}, {"progress": {"progress": 1}}],
            "answer": {"text": "done"},
        },
        {"name": "ask", "steps": [ASK], "answer": {"text": "{{ $inputs.who.content.name }}"}},
        {"name": "slow", "latency": 60_000, "answer": {"text": "late"}},
    ],
}
EACH_WAY = pytest.mark.parametrize(
    ("transport", "real", "revision"),
    [
        (transport, real, revision)
        for transport in ("stdio", "http")
        for real in (STATEFUL, STATELESS)
        for revision in (STATEFUL, STATELESS)
    ],
)
Scene = Callable[[Client, list[str]], Awaitable[None]]


class Both:
    """Runs scenes with a client of a mock in front of a real server of one revision."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.real: Any = REAL

    def command(self, revision: Revision) -> list[str]:
        path = self.folder / "real.yaml"
        path.write_text(yaml.safe_dump({**self.real, "revisions": [str(revision)]}))
        return [sys.executable, "-m", "mcp_proof_mocks", str(path)]

    def run(self, transport: str, real: Revision, revision: Revision, scene: Scene) -> None:
        async def within_bounds() -> None:
            async with asyncio.timeout(BOUND), AsyncExitStack() as stack:
                if transport == "http":
                    server = MockServer({**self.real, "revisions": [str(real)]})
                    place: Any = {"url": await stack.enter_async_context(serving(server))}
                else:
                    place = {"command": self.command(real)}
                front = MockServer({"info": REAL["info"], "pass_through": place})
                told: list[str] = []
                async with passing_through(front, tell=told.append):
                    client = Client(front, revision, elicitation={})
                    await client.start()
                    await scene(client, told)
                    before = list(told)
                assert told == before, "the end of a real server that we end is no loss"

        asyncio.run(within_bounds())


@pytest.fixture
def both(tmp_path) -> Both:
    return Both(tmp_path)


@EACH_WAY
def test_calls_with_their_notifications_and_questions_get_through(both, transport, real, revision):
    async def scene(client: Client, _told: list[str]) -> None:
        listed = (await client.result("tools/list"))["tools"]
        assert [tool["name"] for tool in listed] == ["plain", "talk", "ask", "slow"]
        plain = await client.result("tools/call", name="plain")
        assert plain["content"] == [text("from the real server")]
        meta = {"progressToken": "mine", f"{META}logLevel": "info"}
        await client.result("tools/call", name="talk", _meta=meta)
        said = [(sent["method"], sent["params"].get("progressToken")) for sent in client.heard]
        assert said == [("notifications/message", None), ("notifications/progress", "mine")]
        answer = {"action": "accept", "content": {"name": "Ada"}}
        client.answers["elicitation/create"] = {"result": answer}
        asked = await client.result("tools/call", name="ask")
        if client.stateless:
            [name] = asked["inputRequests"]
            again = {"requestState": asked["requestState"], "inputResponses": {name: answer}}
            asked = await client.result("tools/call", name="ask", **again)
        assert asked["content"] == [text("Ada")]
        assert (await client.error("tools/call", name="none"))["code"] == -32602

    both.run(transport, real, revision, scene)


@EACH_WAY
def test_a_call_that_its_client_cancels_ends_and_others_go_on(both, transport, real, revision):
    async def scene(client: Client, told: list[str]) -> None:
        slow = asyncio.create_task(client.request("tools/call", number=77, name="slow"))
        await client.result("tools/call", name="plain")
        await client.cancel(77)
        assert await slow is None
        await client.result("tools/call", name="plain")
        assert told == []

    both.run(transport, real, revision, scene)


def test_the_real_server_of_the_stateless_era_sees_a_cancelled_response_close():
    async def within_bounds() -> None:
        called, cancelled = asyncio.Event(), asyncio.Event()

        async def forever(_arguments):
            called.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.set()
                raise

        real = MockServer({**REAL, "revisions": [STATELESS], "tools": []})
        real.register_mock_tool("forever", forever)
        async with asyncio.timeout(BOUND), serving(real) as url:
            front = MockServer({"info": REAL["info"], "pass_through": {"url": url}})
            async with passing_through(front):
                client = Client(front, STATELESS)
                call = asyncio.create_task(client.request("tools/call", number=77, name="forever"))
                await called.wait()
                await client.cancel(77)
                assert await call is None
                await cancelled.wait()

    asyncio.run(within_bounds())


def test_the_real_server_of_the_stateful_era_is_told_of_a_cancelled_call(tmp_path):
    log = tmp_path / "received.ndjson"
    real = Both(tmp_path).command(STATEFUL)
    command = ["sh", "-c", f'tee "{log}" | "$@"', "sh", *real]

    async def within_bounds() -> None:
        async with asyncio.timeout(BOUND):
            place = {"command": command}
            front = MockServer({"info": REAL["info"], "pass_through": place})
            async with passing_through(front):
                client = Client(front, STATEFUL)
                await client.start()
                slow = client.request("tools/call", number=77, name="slow")
                call = asyncio.create_task(slow)
                await client.result("tools/call", name="plain")
                await client.cancel(77)
                assert await call is None
                await client.result("tools/call", name="plain")

    asyncio.run(within_bounds())
    lines = [yaml.safe_load(line) for line in log.read_text().splitlines()]
    [slow] = [line["id"] for line in lines if line.get("params", {}).get("name") == "slow"]
    told = [line["params"] for line in lines if line["method"] == "notifications/cancelled"]
    assert [params["requestId"] for params in told] == [slow]


@pytest.mark.parametrize("real", [STATEFUL, STATELESS])
def test_a_long_life_is_neither_cut_off_nor_remembered(both, real, monkeypatch):
    monkeypatch.setattr(stdio, "STDOUT_LIMIT", 2000)
    monkeypatch.setattr(stdio, "UNASKED_LINES", 0)
    monkeypatch.setattr(stdio, "LINES_PER_REQUEST", 1)
    monkeypatch.setattr(http_client, "STREAM_LIMIT", 100)

    async def scene(client: Client, told: list[str]) -> None:
        upstream = client.conversation.server.pass_through.upstream
        assert isinstance(upstream, RealServer)
        for _ in range(KEPT_EVENTS):
            await client.result("tools/call", name="talk", _meta={"progressToken": 1})
        client.answers["elicitation/create"] = {"result": {"action": "cancel"}}
        await client.result("tools/call", name="ask")
        events = upstream._session.recorder.transcript.events
        assert [event for event in events if event.message is not None] == []
        assert upstream._passing == {}
        assert told == []

    for transport in ("stdio", "http"):
        both.run(transport, real, STATEFUL, scene)


def test_only_the_last_of_what_may_be_quoted_is_kept():
    heard: list[Event] = []
    recorder = Recorder(Header(peer="x", side=Sender.SERVER, transport="stdio", started=""))
    recorder.transcript = Overheard(recorder.transcript.header, heard.append)
    for number in range(3 * KEPT_EVENTS):
        said = {"text": str(number)}
        recorder.record(
            EventKind.STDERR, session="s", channel="stdio", sender=Sender.SERVER, data=said
        )
    kept = [event.data["text"] for event in recorder.transcript.events]
    assert kept == [str(number) for number in range(2 * KEPT_EVENTS, 3 * KEPT_EVENTS)]
    assert len(heard) == 3 * KEPT_EVENTS


def test_a_death_is_an_error_of_what_it_should_answer_and_is_told_once(both):
    async def within_bounds() -> None:
        told: list[str] = []
        own = {"name": "own", "answer": {"text": "own"}}
        document = {
            "info": REAL["info"],
            "tools": [own],
            "pass_through": {"command": both.command(STATEFUL)},
        }
        front = MockServer(document)
        async with asyncio.timeout(BOUND), passing_through(front, tell=told.append):
            client = Client(front, STATEFUL)
            await client.start()
            slow = asyncio.create_task(client.error("tools/call", name="slow"))
            await client.result("tools/call", name="plain")
            os.kill(front.pass_through.upstream._session.connection.pid, signal.SIGKILL)
            assert (await slow)["code"] == -32603
            again = await client.error("tools/call", name="plain")
            assert "did not answer tools/call" in again["message"]
            assert (await client.result("tools/call", name="own"))["content"] == [text("own")]
        assert len(told) == 1
        assert "lost the real server" in told[0]

    asyncio.run(within_bounds())


def test_headers_go_to_the_url_and_are_refused_where_nothing_carries_them():
    guarded = {**REAL, "authorization": {"scheme": "bearer", "keys": ["k-1"]}}

    async def within_bounds() -> None:
        async with asyncio.timeout(BOUND), serving(MockServer(guarded)) as url:
            front = MockServer({"info": REAL["info"], "pass_through": {"url": url}})
            async with passing_through(front, {"Authorization": "Bearer k-1"}):
                client = Client(front, STATEFUL)
                await client.start()
                await client.result("tools/call", name="plain")
        place = {"command": ["a-real-server"]}
        front = MockServer({"info": REAL["info"], "pass_through": place})
        with pytest.raises(UsageError, match="headers go with a URL"):
            async with passing_through(front, {"Authorization": "Bearer k-1"}):
                pass

    asyncio.run(within_bounds())


@pytest.mark.parametrize(
    "place", [{"command": ["no-such-program"]}, {"url": "http://127.0.0.1:1/mcp"}]
)
def test_a_real_server_that_cannot_be_reached_ends_the_start(place):
    async def within_bounds() -> None:
        front = MockServer({"info": REAL["info"], "pass_through": place})
        async with asyncio.timeout(BOUND):
            async with passing_through(front):
                pass

    with pytest.raises(PeerError, match="pass_through, "):
        asyncio.run(within_bounds())


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ([], 3, "cannot start 'no-such-program'"),
        (["--header", "A: b"], 2, "headers go with a URL"),
    ],
)
def test_the_command_line_says_why_it_does_not_serve(tmp_path, options, code, says):
    contract = tmp_path / "front.yaml"
    place = {"command": ["no-such-program"]}
    contract.write_text(yaml.safe_dump({"info": REAL["info"], "pass_through": place}))
    done = subprocess.run(
        [*MOCK, str(contract), "--stdio", *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert (done.returncode, says in done.stderr) == (code, True), done.stderr


def test_headers_need_a_contract_that_passes_through():
    done = subprocess.run(
        [*MOCK, "everything", "--stdio", "--header", "A: b"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert (done.returncode, "no `pass_through`" in done.stderr) == (2, True)
