"""The mock as an ASGI application: alone, mounted in another one, and under a real server."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from under_uvicorn import under_uvicorn

from mcp_proof.events import PeerFound, VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import UrlTarget
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.asgi_types import AsgiApp
from mcp_proof_mocks.http.request_reader import MAX_BODY
from mcp_proof_mocks.server import MockServer

BOUND = 60.0
ACCEPT = {"Accept": "application/json, text/event-stream"}
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


def app(contract: str = "everything", *names: str) -> AsgiApp:
    return asgi_app(MockServer(contract, names))


def run(work: Any) -> Any:
    async def bounded() -> Any:
        async with asyncio.timeout(BOUND):
            return await work

    return asyncio.run(bounded())


@pytest.mark.parametrize(("path", "transport"), [("/mcp", "http"), ("/sse", "http+sse")])
@pytest.mark.parametrize("prefix", ["", "/mock"])
def test_under_a_server_it_keeps_every_rule_wherever_it_is_mounted(prefix, path, transport):
    async def verify() -> None:
        application = Starlette(routes=[Mount(prefix, app())]) if prefix else app()
        async with under_uvicorn(application) as address:
            target = UrlTarget(f"{address}{prefix}{path}")
            options = VerifyOptions(revision=Revision.R2025_11_25, timeout=5.0)
            events = [event async for event in Verification(target, options).events()]
        assert [e.transport for e in events if isinstance(e, PeerFound)] == [transport]
        verdicts = [event.verdict for event in events if isinstance(event, VerdictReached)]
        assert [v for v in verdicts if v.outcome is Outcome.VIOLATED] == []
        assert sum(v.outcome is Outcome.PASSED for v in verdicts) >= 60

    run(verify())


def client(application: AsgiApp, root_path: str = "") -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(application, root_path=root_path)
    return httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=ACCEPT)


@pytest.mark.parametrize("contract", ["everything", "streaming"])
def test_it_answers_without_a_server_by_a_body_and_by_a_stream(contract):
    async def test() -> None:
        async with client(app(contract)) as http:
            answer = await http.post("/mcp", json=HELLO)
        assert answer.status_code == 200
        text = answer.text if contract == "everything" else answer.text.partition("data: {")[2]
        assert "2025-11-25" in text

    run(test())


@pytest.mark.parametrize("path", ["/mock/mcp", "/mcp"])
def test_its_path_may_hold_the_mount_or_leave_it_out(path):
    async def test() -> None:
        async with client(app(), root_path="/mock") as http:
            assert (await http.post(path, json=HELLO)).status_code == 200
            assert (await http.post("/mock", json=HELLO)).status_code == 404

    run(test())


def test_a_body_that_is_too_long_is_refused():
    async def test() -> None:
        async with client(app()) as http:
            assert (await http.post("/mcp", content=b" " * (MAX_BODY + 1))).status_code == 413

    run(test())


class Call:
    """One call of the application, seen from the side of the server."""

    def __init__(self, application: AsgiApp, method: str, path: str, **scope: Any) -> None:
        self.came: asyncio.Queue[Any] = asyncio.Queue()
        self.sent: asyncio.Queue[Any] = asyncio.Queue()
        target, _, query = path.partition("?")
        fixed = {"type": "http", "method": method, "path": target, "headers": []}
        whole = {**fixed, "query_string": query.encode(), **scope}
        self.running = asyncio.ensure_future(application(whole, self.came.get, self.sent.put))

    def request(self, body: bytes = b"") -> "Call":
        self.came.put_nowait({"type": "http.request", "body": body})
        return self

    def leave(self) -> "Call":
        self.came.put_nowait({"type": "http.disconnect"})
        return self

    async def status(self) -> int:
        return (await self.sent.get())["status"]


def test_a_stream_goes_on_until_its_client_leaves_and_the_session_ends_with_it():
    async def test() -> None:
        application = app()
        stream = Call(application, "GET", "/sse", root_path="/mock").request()
        assert await stream.status() == 200
        event = (await stream.sent.get())["body"].decode()
        endpoint = event.partition("data: ")[2].strip()
        assert endpoint.startswith("/mock/messages?")
        ping = json.dumps({"jsonrpc": "2.0", "id": 7, "method": "ping"}).encode()
        prompt = Call(application, "POST", endpoint, root_path="/mock").request(ping)
        assert await prompt.status() == 202
        assert b'"id":7' in (await stream.sent.get())["body"]
        await stream.leave().running
        late = Call(application, "POST", endpoint, root_path="/mock").request(ping)
        assert await late.status() == 404

    run(test())


def test_a_client_that_leaves_within_its_request_is_not_answered():
    async def test() -> None:
        call = Call(app(), "POST", "/mcp").leave()
        await call.running
        assert call.sent.empty()

    run(test())


def test_a_server_that_takes_one_request_at_a_time_is_free_again_when_a_client_has_left():
    async def test() -> None:
        application = app("everything", "http-multiple-streams")
        await Call(application, "POST", "/mcp").request(b"{}").leave().running
        async with client(application) as http:
            assert (await http.post("/mcp", json=HELLO)).status_code == 200

    run(test())


def test_an_answer_that_a_fault_swallows_leaves_the_response_unfinished():
    async def test() -> None:
        application = app("everything", "jsonrpc-request-answered")
        async with client(application) as http:
            session = (await http.post("/mcp", json=HELLO)).headers["mcp-session-id"]
        headers = [(b"mcp-session-id", session.encode())]
        call = Call(application, "POST", "/mcp", headers=headers)
        await call.request(b'{"jsonrpc":"2.0","id":2,"method":"resources/list"}').running
        assert call.sent.empty()

    run(test())


def test_what_fails_inside_is_an_internal_error_and_no_more(monkeypatch, capsys):
    def fail(*_: Any) -> None:
        raise OSError("no such thing")

    async def test() -> None:
        server = MockServer("everything")
        monkeypatch.setattr(server, "keeps", fail)
        async with client(asgi_app(server)) as http:
            answer = await http.post("/mcp", json=HELLO)
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, -32603)
        assert "no such thing" not in answer.text

    run(test())
    told = capsys.readouterr().err
    assert "OSError: no such thing" in told
    assert "a fault of mcp-proof itself" in told


def test_what_disturbs_bytes_is_refused_for_nothing_would_do_it():
    with pytest.raises(ValueError, match="latency: bytes are disturbed by a relay"):
        app("everything", "latency:ms=1")


def test_other_scopes_are_refused():
    with pytest.raises(ValueError, match="serves http, not websocket"):
        run(app()({"type": "websocket"}, asyncio.sleep, asyncio.sleep))
