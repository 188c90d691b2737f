"""One connection: its requests are answered in order, and what goes on when its client leaves."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from raw_client import (
    HELLO,
    VERSION,
    RawClient,
    call,
    connected,
    modern,
    modern_call,
    post,
    request,
)
from tcp_server import alone

from mcp_proof_mocks.contract_source import ContractSource
from mcp_proof_mocks.http.endpoint import HttpEndpoint
from mcp_proof_mocks.http.listening import EVERYWHERE
from mcp_proof_mocks.http.messages import HttpRequest
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

BOUND = 20.0


class Slow:
    """A tool that answers when it is told to."""

    def __init__(self, server: MockServer) -> None:
        server.register_mock_tool("slow", self)
        self.called = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def __call__(self, _arguments: Any) -> str:
        self.called.set()
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.outcome.set_result("cancelled")
            raise
        self.outcome.set_result("answered")
        return "at last"


def served(
    work: Callable[[MockServer, str, RawClient], Awaitable[None]],
    contract: ContractSource = "everything",
    faults: Sequence[str] = (),
    **options: Any,
) -> None:
    async def bounded() -> None:
        async with AsyncExitStack() as stack, asyncio.timeout(BOUND):
            server = MockServer(contract, faults)
            url = await stack.enter_async_context(serving(server, **options))
            client = await stack.enter_async_context(connected(url))
            await work(server, url, client)

    asyncio.run(bounded())


def test_a_server_that_stops_ends_subscriptions_with_a_notification_and_their_result():
    async def bounded() -> list[bytes]:
        async with asyncio.timeout(BOUND), AsyncExitStack() as stack:
            async with serving(MockServer("everything")) as url:
                client = await stack.enter_async_context(connected(url))
                wants = {"notifications": {"toolsListChanged": True}}
                await client.send(modern("subscriptions/listen", wants, 7))
                assert (await client.head()).status == 200
                assert b"acknowledged" in await client.chunk()
            return [await client.chunk() for _ in range(3)]

    told, result, end = asyncio.run(bounded())
    assert json.loads(told.removeprefix(b"data: "))["params"]["requestId"] == 7
    said = json.loads(result.removeprefix(b"data: "))
    assert said["result"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == 7
    assert end == b""


# Order


@pytest.mark.parametrize("turns", range(12))
@pytest.mark.parametrize("faults", [[], ["latency:ms=1"]], ids=["itself", "behind a relay"])
def test_who_connects_while_the_server_stops_is_disconnected(faults, turns):
    async def run() -> socket.socket:
        async with serving(MockServer("plain", faults)) as url:
            client = socket.create_connection(("127.0.0.1", urlsplit(url).port), timeout=BOUND)
            for _ in range(turns):
                await asyncio.sleep(0)
        return client

    with alone(run()) as client, suppress(ConnectionResetError):
        assert client.recv(1) == b""


def test_a_request_waits_for_the_answer_to_the_one_before():
    async def work(server: MockServer, _: str, client: RawClient) -> None:
        slow = Slow(server)
        await client.send(modern_call("slow", {}, 1) + modern_call("echo", {"message": "b"}, 2))
        await slow.called.wait()
        slow.may_answer.set()
        assert [(await client.response()).json["id"] for _ in range(2)] == [1, 2]

    served(work)


def test_requests_behind_a_slow_one_are_all_answered_in_the_end():
    async def work(server: MockServer, _: str, client: RawClient) -> None:
        slow = Slow(server)
        many = [modern_call("echo", {"message": "x"}, number) for number in range(2, 502)]
        await client.send(modern_call("slow", {}, 1) + b"".join(many))
        await slow.called.wait()
        slow.may_answer.set()
        answers = [(await client.response()).json["id"] for _ in range(501)]
        assert answers == list(range(1, 502))

    served(work)


def test_other_connections_do_not_wait():
    async def work(server: MockServer, url: str, client: RawClient) -> None:
        slow = Slow(server)
        await client.send(modern_call("slow", {}))
        await slow.called.wait()
        async with connected(url) as other:
            await other.send(modern_call("echo", {"message": "quick"}))
            assert b"quick" in (await other.response()).body
        slow.may_answer.set()
        assert b"at last" in (await client.response()).body

    served(work)


# Ends


def test_a_connection_that_asks_for_it_is_closed_after_the_answer():
    async def work(_: MockServer, __: str, client: RawClient) -> None:
        await client.send(post("initialize", HELLO, 1, Connection="close"))
        assert (await client.response()).status == 200
        assert await client.closed()

    served(work)


def test_a_client_of_the_stateless_era_cancels_by_leaving():
    async def work(server: MockServer, _: str, client: RawClient) -> None:
        slow = Slow(server)
        await client.send(modern_call("slow", {}))
        await slow.called.wait()
        client.writer.close()
        assert await slow.outcome == "cancelled"

    served(work)


def test_a_client_with_a_session_does_not_cancel_by_leaving():
    async def work(server: MockServer, url: str, client: RawClient) -> None:
        slow = Slow(server)
        session = await client.begin()
        await client.send(call("slow", {}, 4, session))
        await slow.called.wait()
        client.writer.close()
        async with connected(url) as other:  # by its answer the server has seen the end
            await other.send(modern_call("echo", {"message": "hello"}))
            await other.response()
        slow.may_answer.set()
        assert await slow.outcome == "answered"

    served(work)


def test_a_client_with_a_session_that_leaves_a_stream_finds_the_answer_when_it_resumes():
    async def work(_: MockServer, url: str, client: RawClient) -> None:
        session = await client.begin(elicitation={})
        await client.send(call("ask_user", {}, 3, session))
        assert (await client.head()).status == 200
        assert b"data:\n" in await client.chunk()
        event_id, _, data = (await client.chunk()).decode().partition("\n")
        asked = json.loads(data.removeprefix("data: "))
        client.writer.close()
        async with connected(url) as again:
            given = {"action": "accept", "content": {"name": "Ada"}}
            reply = {"jsonrpc": "2.0", "id": asked["id"], "result": given}
            here = {"Mcp_Session_Id": session, "MCP_Protocol_Version": VERSION}
            await again.send(request(json.dumps(reply).encode(), **here))
            assert (await again.response()).status == 202
            resume = {**here, "Last_Event_ID": event_id.removeprefix("id: ")}
            await again.send(request(method="GET", **resume))
            assert b"thank you, Ada" in (await again.response()).body

    served(work)


POLLED = {
    "info": {"name": "polled", "version": "1"},
    "tools": [
        {
            "name": "poll",
            "steps": [{"disconnect": {"retry_ms": 5}}, {"delay": 20}],
            "answer": {"text": "the answer"},
        }
    ],
}


def test_a_response_that_is_ended_early_leaves_its_connection_free_to_resume_it():
    async def work(_: MockServer, __: str, client: RawClient) -> None:
        session = await client.begin()
        await client.send(call("poll", {}, 3, session))
        early = (await client.response()).body.decode()
        assert "retry: 5\n" in early
        assert "the answer" not in early
        event_id = early.partition("id: ")[2].partition("\n")[0]
        resume = request(method="GET", Mcp_Session_Id=session, Last_Event_ID=event_id)
        await client.send(resume)
        assert b"the answer" in (await client.response()).body

    served(work, POLLED)


def test_a_body_is_asked_for_when_the_client_awaits_leave_to_send_it():
    async def work(_: MockServer, __: str, client: RawClient) -> None:
        data = post("initialize", HELLO, 1, Expect="100-continue")
        head, separator, body = data.partition(b"\r\n\r\n")
        await client.send(head + separator)
        assert (await client.head()).status == 100
        await client.send(body)
        assert (await client.response()).status == 200

    served(work)


# Who may ask


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LocalHost:1234", 200),
        ("127.0.0.1:80", 200),
        ("[::1]:8000", 200),
        ("evil.example", 403),
        ("evil.example:8000", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost@evil.example", 403),
        ("[evil", 403),
        ("", 403),
    ],
)
def test_on_loopback_only_loopback_names_are_answered(host, status):
    async def work(_: MockServer, __: str, client: RawClient) -> None:
        await client.send(post("initialize", HELLO, 1, Host=host))
        assert (await client.response()).status == status

    served(work)


@pytest.mark.parametrize("faults", [[], ["slicer"]], ids=["itself", "behind a relay"])
def test_on_other_addresses_any_name_is_answered(faults):
    async def work(_: MockServer, __: str, client: RawClient) -> None:
        await client.send(post("initialize", HELLO, 1, Host="mock.example:8000"))
        assert (await client.response()).status == 200

    served(work, host=EVERYWHERE, faults=faults)


def test_behind_a_relay_on_loopback_only_loopback_names_are_answered():
    async def work(_: MockServer, __: str, client: RawClient) -> None:
        await client.send(post("initialize", HELLO, 1, Host="evil.example"))
        assert (await client.response()).status == 403

    served(work, faults=["slicer"])


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.8.9.1", "[::1]"])
def test_every_name_of_this_machine_is_answered(name):
    endpoint = HttpEndpoint(MockServer("plain"))
    request = HttpRequest("POST", "/mcp", {"host": f"{name}:80", "origin": f"http://{name}"})
    assert endpoint.access.refusal(request) is None


def test_names_can_be_allowed():
    contract = {
        "info": {"name": "named", "version": "1"},
        "http": {"allowed_hosts": ["mock.example", "app.example"]},
    }
    endpoint = HttpEndpoint(MockServer(contract))

    def refusal(**headers: str) -> int | None:
        return endpoint.access.refusal(HttpRequest("POST", "/mcp", headers))

    assert refusal(host="mock.example:80", origin="https://app.example") is None
    assert refusal(host="mock.example", origin="https://other.example") == 403
    assert refusal(host="other.example") == 403
