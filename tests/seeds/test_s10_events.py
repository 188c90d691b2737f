"""S10: `GET /mcp/stream` as server-sent events, and signed webhooks."""

import asyncio
import json
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from streaming_server import streaming_server
from under_uvicorn import under_uvicorn
from webhook_receiver import webhook_receiver
from websockets.asyncio.client import connect

from mcp_proof.errors import PeerError
from mcp_proof.events import VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import target_of
from mcp_proof.testing import (
    WebhookFault,
    WebhookReceiver,
    check_webhook_receiver,
    verify_webhook,
    webhook_signature,
)
from mcp_proof_contracts.contract_file import ContractError
from mcp_proof_contracts.framing import EventStreamReader
from mcp_proof_contracts.rule import Level, Outcome
from mcp_proof_mocks import webhooks
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

SECRET = "whsec-4f9a"
NOW = 1_767_225_600.0
BOUND = 30


def run(work):
    return asyncio.run(asyncio.wait_for(work, BOUND))


def document(url="http://127.0.0.1:9/webhook/mcp", **members):
    tool = {"name": "process_data", "answer": {"structured": {"processed": "{{ input }}"}}}
    hook = {"url": url, "secret": SECRET}
    return {
        "info": {"name": "reports", "version": "1"},
        "dialect": "websocket",
        "tools": [tool],
        "webhooks": [hook],
        **members,
    }


def call(text, tool="process_data"):
    params = {"name": tool, "arguments": {"input": text}}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})


@asynccontextmanager
async def streamed(url):
    """The events of a stream, as they come."""
    address = url.replace("ws://", "http://").replace("/ws", "/mcp/stream")
    async with (
        httpx2.AsyncClient(trust_env=False) as client,
        client.stream("GET", address) as response,
    ):

        async def events():
            reader = EventStreamReader()
            async for chunk in response.aiter_bytes():
                for event in reader.feed(chunk):
                    yield json.loads(event.data)

        yield response, events()


# The event stream


def test_a_stream_tells_of_every_tool_that_is_executed():
    async def work():
        async with (
            serving(MockServer("websocket", clock=lambda: NOW)) as url,
            streamed(url) as (response, events),
            connect(url, proxy=None) as socket,
        ):
            await socket.send(call("one"))
            await socket.send(call("two"))
            return response, [await anext(events), await anext(events)]

    response, told = run(work())
    assert response.headers["content-type"] == "text/event-stream"
    assert response.headers["cache-control"] == "no-cache"
    assert told == [
        {
            "event": "tool_executed",
            "tool": "process_data",
            "params": {"input": text},
            "result": {"processed": text},
            "timestamp": f"2026-01-01T00:00:00.00000{number}+00:00",
        }
        for number, text in enumerate(["one", "two"])
    ]


def test_what_fails_is_no_execution():
    async def work():
        async with (
            serving(MockServer("websocket")) as url,
            streamed(url) as (_, events),
            connect(url, proxy=None) as socket,
        ):
            for text in (call("a", tool="none"), call(7), call("good")):
                await socket.send(text)
                await socket.recv()
            return await anext(events)

    assert run(work())["params"] == {"input": "good"}


def test_a_client_that_goes_away_is_forgotten_and_a_stream_ends_with_the_server():
    async def work():
        server = MockServer("websocket")
        async with serving(server) as url:
            async with streamed(url):
                assert len(server.executions.listeners) == 1
            async with streamed(url) as (_, events), connect(url, proxy=None) as socket:
                await socket.send(call("a"))
                await anext(events)
                assert len(server.executions.listeners) == 1
                await server.close()
                return [event async for event in events]

    assert run(work()) == []


@pytest.mark.parametrize(
    ("weakness", "rules"),
    [
        ("", set()),
        ("writes what it prints", {"events-hold-json"}),
        ("says another type", {"events-stream-served"}),
        ("forgets the cache", {"events-not-cached"}),
    ],
)
def test_a_server_whose_stream_is_weak_is_told_what_is_wrong_and_nothing_else(weakness, rules):
    async def work():
        async with under_uvicorn(streaming_server(weakness)) as url:
            target = target_of(url.replace("http", "ws") + "/ws")
            events = Verification(target, VerifyOptions(timeout=1)).events()
            return [e.verdict async for e in events if isinstance(e, VerdictReached)]

    verdicts = run(work())
    assert {v.rule.id for v in verdicts if v.outcome is Outcome.VIOLATED} == rules
    untested = {v.rule.id for v in verdicts if v.outcome is Outcome.UNTESTED}
    assert {name for name in untested if not name.startswith("events-")} == {
        "websocket-slow-call-holds-up-none"
    }


# The sender of webhooks


@pytest.mark.parametrize("dialect", ["websocket", "mcp"])
def test_each_execution_is_posted_and_signed_whatever_is_spoken(dialect):
    with WebhookReceiver(SECRET) as receiver:
        server = MockServer(document(receiver.url, dialect=dialect))
        run(_called(server, dialect))
        [delivery] = receiver.wait_for(1)
    assert delivery.fault is None
    assert list(delivery.event) == ["event", "tool", "params", "result", "timestamp"]
    assert delivery.event["tool"] == "process_data"
    assert delivery.event["params"] == {"input": "a"}
    result = delivery.event["result"]
    assert result.get("structuredContent", result) == {"processed": "a"}
    [sent] = server.webhooks.deliveries
    assert (sent.url, sent.status, sent.problem) == (receiver.url, 200, "")
    assert sent.signature == webhook_signature(delivery.body, SECRET)


async def _called(server, dialect):
    async with serving(server) as url:
        if dialect == "mcp":
            headers = {
                "Accept": "application/json, text/event-stream",
                "Content-Type": "application/json",
            }
            async with httpx2.AsyncClient(trust_env=False, headers=headers) as client:
                hello = {
                    "jsonrpc": "2.0",
                    "id": 0,
                    "method": "initialize",
                    "params": {
                        "protocolVersion": "2025-11-25",
                        "capabilities": {},
                        "clientInfo": {"name": "a", "version": "1"},
                    },
                }
                begun = await client.post(url, json=hello)
                session = {"Mcp-Session-Id": begun.headers["mcp-session-id"]}
                await client.post(url, content=call("a"), headers=session)
        else:
            async with connect(url, proxy=None) as socket:
                await socket.send(call("a"))
                await socket.recv()


def test_a_call_by_mcp_that_fails_is_no_execution():
    failing = {"name": "process_data", "answer": {"error": "no"}}
    server = MockServer(document(dialect="mcp", tools=[failing]))
    run(_called(server, "mcp"))
    assert [made.name for made in server.call_history] == ["process_data"]
    assert not server.webhooks.deliveries


def test_webhooks_of_a_gateway_hear_of_what_is_behind_it_as_do_those_of_its_servers(tmp_path):
    behind = tmp_path / "behind.json"
    with WebhookReceiver(SECRET) as outer, WebhookReceiver(SECRET) as inner:
        behind.write_text(json.dumps(document(inner.url)))
        servers = [{"name": "reports", "contract": str(behind)}]
        hooks = [{"url": outer.url, "secret": SECRET}]
        gateway = MockServer({"dialect": "gateway", "servers": servers, "webhooks": hooks})
        with running(gateway) as url:
            said = {"tool": "process_data", "params": {"input": "a"}}
            httpx2.post(f"{url}/servers/reports/call", json=said, trust_env=False)
        # What was under way is done when the gateway has stopped.
        [to_outer], [to_inner] = outer.deliveries, inner.deliveries
    assert to_outer.body == to_inner.body
    assert [entry.tool for entry in gateway.audit] == ["process_data"]


@pytest.mark.parametrize(
    ("path", "problem"),
    [("a", "All connection attempts failed"), ("a\tb", "Invalid non-printable")],
)
def test_a_receiver_that_is_not_there_holds_up_nobody_and_is_told(path, problem):
    server = MockServer(document(f"http://127.0.0.1:9/{path}"))
    run(_called(server, "websocket"))
    [sent] = server.webhooks.deliveries
    assert sent.status is None
    assert sent.problem.startswith(problem)


async def _told(receive, calls):
    """Have each of many executions told to a receiver; gives what came of them."""
    async with await asyncio.start_server(receive, "127.0.0.1", 0) as receiver:
        host, port = receiver.sockets[0].getsockname()
        server = MockServer(document(f"http://{host}:{port}/"))
        for number in range(calls):
            server.executions.tell("process_data", {}, number)
        await server.close()
    return server.webhooks.deliveries


def test_a_burst_of_executions_is_told_a_few_at_a_time_and_to_the_end(monkeypatch):
    monkeypatch.setattr(webhooks, "AT_ONCE", 2)
    present = []

    async def work():
        two, now = asyncio.Barrier(2), set()

        async def receive(reader, writer):
            now.add(writer)
            present.append(len(now))
            await reader.readuntil(b"\r\n\r\n")
            await two.wait()
            now.remove(writer)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            writer.close()

        return await _told(receive, calls=10)

    assert [sent.status for sent in run(work())] == [200] * 10
    assert max(present) == 2


def test_a_receiver_that_hangs_has_its_time_but_once(monkeypatch):
    monkeypatch.setattr(webhooks, "AT_ONCE", 1)
    monkeypatch.setattr(webhooks, "TIMEOUT", 0.1)

    async def receive(reader, writer):
        await reader.read()  # until whoever sends gives up
        writer.close()

    async def work():
        async with asyncio.timeout(5):
            return await _told(receive, calls=100)

    assert {sent.problem for sent in run(work())} == {"no answer in time"}


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("https://hooks.example.com/a", "another machine; write `remote: true`"),
        ("ftp://127.0.0.1/a", "expected an http or https URL"),
        ("nowhere", "expected an http or https URL"),
    ],
)
def test_results_go_to_no_other_machine_unless_the_contract_says_so(url, wrong):
    with pytest.raises(ContractError, match=rf"webhooks\[0\].url: .*{wrong}"):
        MockServer(document(url))


def test_another_machine_may_be_named_with_leave():
    hook = {"url": "https://hooks.example.com/a", "secret": SECRET, "remote": True}
    assert MockServer(document(webhooks=[hook])).webhooks


def test_the_secret_of_a_webhook_is_hidden_wherever_the_mock_shows_something():
    server = MockServer(document())
    assert SECRET not in server.journal.mask(f"the secret is {SECRET}")
    assert SECRET not in repr(server.contract)


# What is wrong with a delivery


def body(at=NOW, **members):
    said = {"event": "tool_executed", "tool": "a", "params": {}, "result": 1}
    stamp = datetime.fromtimestamp(at, UTC).isoformat()
    return json.dumps({**said, "timestamp": stamp, **members}).encode()


def signed(raw, secret=SECRET):
    return {"x-mcp-signature": webhook_signature(raw, secret)}


@pytest.mark.parametrize(
    ("headers", "raw", "fault"),
    [
        (signed(body()), body(), None),
        ({"X-MCP-SIGNATURE": webhook_signature(body(), SECRET).upper()}, body(), None),
        (signed(body(NOW - 299)), body(NOW - 299), None),
        (
            signed(body(timestamp="2026-01-01T00:00:00")),
            body(timestamp="2026-01-01T00:00:00"),
            None,
        ),
        ({}, body(), WebhookFault.MISSING),
        ({"X-MCP-Signature": ""}, body(), WebhookFault.MISSING),
        ({"X-MCP-Signature": "no hex, Zoë"}, body(), WebhookFault.ALTERED),
        ({"X-MCP-Signature": "half a character, \udcff"}, body(), WebhookFault.ALTERED),
        (signed(body()), body(tool="b"), WebhookFault.ALTERED),
        (signed(body()), body() + b" ", WebhookFault.ALTERED),
        (signed(body(), "another"), body(), WebhookFault.ALTERED),
        (signed(body(NOW - 301)), body(NOW - 301), WebhookFault.LATE),
        (signed(body(NOW + 301)), body(NOW + 301), WebhookFault.LATE),
        (signed(body(timestamp="soon")), body(timestamp="soon"), WebhookFault.LATE),
        (signed(b"[]"), b"[]", WebhookFault.LATE),
    ],
)
def test_what_is_wrong_with_a_delivery_is_told_apart(headers, raw, fault):
    assert verify_webhook(headers, raw, SECRET, NOW) is fault


def test_the_same_delivery_twice_is_a_replay_and_one_that_was_refused_is_none():
    seen = set()
    raw = body()
    assert verify_webhook({}, raw, SECRET, NOW, seen=seen) is WebhookFault.MISSING
    assert verify_webhook(signed(raw), raw, SECRET, NOW, seen=seen) is None
    assert verify_webhook(signed(raw), raw, SECRET, NOW, seen=seen) is WebhookFault.REPLAYED
    upper = {"X-MCP-Signature": webhook_signature(raw, SECRET).upper()}
    assert verify_webhook(upper, raw, SECRET, NOW, seen=seen) is WebhookFault.REPLAYED
    assert verify_webhook(signed(raw), raw, SECRET, NOW) is None


def test_the_judge_answers_401_and_keeps_what_came_and_the_next_good_one_is_taken():
    now = [NOW]
    with (
        WebhookReceiver(SECRET, clock=lambda: now[0]) as receiver,
        httpx2.Client(trust_env=False) as client,
    ):
        good = body()
        statuses = [
            client.post(receiver.url, content=good).status_code,
            client.post(receiver.url, content=body(tool="b"), headers=signed(good)).status_code,
            client.post(receiver.url, content=good, headers=signed(good)).status_code,
            # In pieces, and then without a body.
            client.post(
                receiver.url, content=iter([good[:9], good[9:]]), headers=signed(good)
            ).status_code,
            client.post(receiver.url).status_code,
        ]
        now[0] += 301
        late = body(tool="c")
        statuses.append(client.post(receiver.url, content=late, headers=signed(late)).status_code)
        faults = [delivery.fault for delivery in receiver.wait_for(6)]
    assert statuses == [401, 401, 200, 401, 401, 401]
    assert faults == ["missing", "altered", None, "replayed", "missing", "late"]


def test_deliveries_that_do_not_come_are_told():
    with (
        WebhookReceiver(SECRET) as receiver,
        pytest.raises(AssertionError, match=r"1 deliveries expected, 0 came in 0.01 s"),
    ):
        receiver.wait_for(1, seconds=0.01)


# The receiver of webhooks


def checked(weakness):
    async def work():
        app = webhook_receiver(SECRET, weakness)
        async with under_uvicorn(app) as url:
            verdicts = await asyncio.to_thread(check_webhook_receiver, f"{url}/webhook/mcp", SECRET)
        return verdicts, app.state.taken

    return run(work())


@pytest.mark.parametrize(
    ("weakness", "cases"),
    [
        ("", set()),
        ("takes what is unsigned", {"without a signature"}),
        ("takes everything twice", {"replayed", "late"}),
        ("checks the parsed body", {"altered", "signed with another secret"}),
    ],
)
def test_a_receiver_is_found_weak_where_it_is_and_nowhere_else(weakness, cases):
    verdicts, _ = checked(weakness)
    assert {each.case for each in verdicts if each.outcome is Outcome.VIOLATED} == cases
    assert len(verdicts) == 9
    advice = {each.case for each in verdicts if each.level is Level.ADVICE}
    assert advice == {"replayed", "late"}


def test_a_good_receiver_takes_just_the_good_deliveries_and_they_name_who_sent_them():
    _, taken = checked("")
    assert [event["tool"] for event in taken] == ["mcp-proof-check", "mcp-proof-check"]


def test_our_own_judge_keeps_what_receivers_must_keep_by_its_own_clock():
    then = datetime(2026, 1, 1, tzinfo=UTC)
    clock = (then + timedelta(seconds=10)).timestamp()
    with WebhookReceiver(SECRET, clock=lambda: clock) as receiver:
        verdicts = check_webhook_receiver(receiver.url, SECRET, now=then)
    assert {each.outcome for each in verdicts} == {Outcome.PASSED}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:9/webhook?key=s3cr3t", "no answer of http://127.0.0.1:9/webhook: "),
        ("http://[::1", "no answer of http://[::1: Invalid IPv6 URL"),
        ("http://user:s3cr3t@[::1", "no answer of http://…@[::1: Invalid IPv6 URL"),
    ],
)
def test_a_receiver_that_is_not_there_is_a_fault_of_the_peer(url, said):
    with pytest.raises(PeerError, match=re.escape(said)) as told:
        check_webhook_receiver(url, SECRET)
    assert "s3cr3t" not in str(told.value)
