"""The mock's end of a WebSocket, below the messages."""

import asyncio
import base64
import json
import os
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from under_uvicorn import under_uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.http.request_reader import MAX_BODY
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

BOUND = 20
LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
MASKED_PING = b"\x89\x80\0\0\0\0"
PONG = b"\x8a\x00"
UNMASKED_PING = b"\x89\x00"


def run(work):
    return asyncio.run(asyncio.wait_for(work, BOUND))


def head(*, method="GET", path="/ws", version="13", key="", **headers):
    key = key or base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        "Upgrade: WebSocket" if headers.pop("capital", False) else "Upgrade: websocket",
        "Connection: keep-alive, Upgrade",
        f"Sec-WebSocket-Version: {version}",
        f"Sec-WebSocket-Key: {key}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join((*lines, "", "")).encode()


async def answer_to(data, port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    try:
        return await reader.readuntil(b"\r\n\r\n"), reader, writer
    except asyncio.IncompleteReadError as cut:
        return cut.partial, reader, writer


async def said_to(*parts, **mock):
    """What the mock sends for these bytes: the head of its response, and what follows."""
    async with serving(MockServer("websocket", **mock)) as url:
        port = int(url.rpartition(":")[2].partition("/")[0])
        first, reader, writer = await answer_to(b"".join(parts), port)
        rest = await asyncio.wait_for(reader.read(65536), 5)
        writer.close()
        await writer.wait_closed()
        return first, rest


def test_frames_that_come_with_the_handshake_are_not_lost():
    first, rest = run(said_to(head(), MASKED_PING))
    assert first.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert rest == PONG


def test_the_name_of_the_protocol_is_read_in_any_case():
    first, _ = run(said_to(head(capital=True), MASKED_PING))
    assert first.startswith(b"HTTP/1.1 101 ")


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 426),
        (head(version="8"), 400),
        (head(key="short"), 400),
        (head(method="POST"), 405),
        (head(path="/elsewhere"), 404),
        (head(Origin="http://evil.example"), 403),
    ],
    ids=["no upgrade", "version", "key", "method", "path", "a foreign page"],
)
def test_a_handshake_that_is_none_is_refused(request_head, status):
    first, _ = run(said_to(request_head))
    assert first.startswith(f"HTTP/1.1 {status} ".encode())
    assert first.lower().count(b"content-length:") == 1


def test_an_unmasked_frame_ends_the_connection_as_a_breach_of_the_protocol():
    _, rest = run(said_to(head(), UNMASKED_PING))
    assert rest[0] == 0x88
    assert int.from_bytes(rest[2:4]) == 1002


def test_text_that_is_no_utf8_ends_the_connection_with_the_code_for_it():
    async def work():
        async with serving(MockServer("websocket")) as url, connect(url, proxy=None) as socket:
            await socket.send(b"\xff\xfe", text=True)
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            return socket.close_code

    assert run(work()) == 1007


def test_a_message_in_fragments_is_one_message():
    async def work():
        server = MockServer("websocket")
        async with serving(server) as url, connect(url, proxy=None) as socket:
            await socket.send([LIST[:5], LIST[5:9], LIST[9:]])
            answer = json.loads(await socket.recv())
        return answer, [e for e in server.journal.events() if e.channel == "websocket"]

    answer, events = run(work())
    assert answer["result"]["tools"]
    assert events[0].message.raw.decode() == LIST


def test_a_client_learns_that_the_mock_stops():
    async def work():
        async with serving(MockServer("websocket")) as url:
            socket = await connect(url, proxy=None)
        await socket.wait_closed()
        return socket.close_code

    assert run(work()) == 1001


def test_a_call_ends_with_the_client_that_made_it():
    async def work():
        server = MockServer("websocket")
        ended = asyncio.Event()

        async def slow(_arguments):
            try:
                await asyncio.sleep(BOUND)
            finally:
                ended.set()

        server.register_mock_tool("slow", slow)
        async with serving(server) as url:
            async with connect(url, proxy=None) as socket:
                call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
                await socket.send(json.dumps({**call, "params": {"name": "slow"}}))
                await socket.send(LIST)
                await socket.recv()
            await asyncio.wait_for(ended.wait(), 5)

    run(work())


def test_a_mock_of_another_dialect_takes_no_offer_of_a_websocket():
    async def work():
        async with serving(MockServer("email_tools")) as url:
            with pytest.raises(InvalidStatus) as refused:
                await connect(url.replace("http", "ws") + "/mcp/discover", proxy=None)
            return refused.value.response.status_code

    assert run(work()) == 200


def test_a_client_that_pings_and_reads_nothing_is_cut_off(monkeypatch):
    monkeypatch.setattr("mcp_proof_mocks.http.websocket.MAX_UNREAD", 1_000_000)
    ping = b"\x89\xfd\0\0\0\0" + b"x" * 125

    async def work():
        async with serving(MockServer("websocket")) as url:
            port = int(url.rpartition(":")[2].partition("/")[0])
            _, _, writer = await answer_to(head(), port)

            async def flood():
                for _ in range(100):
                    writer.write(ping * 8000)
                    await writer.drain()

            with pytest.raises(ConnectionError):
                await flood()
            writer.close()

    run(work())


# Under an ASGI server


@asynccontextmanager
async def mounted(**document):
    """A mock below `/reports` of another application, and how it is reached."""
    contract = MockServer("websocket").contract
    server = MockServer({"info": contract.info, "dialect": "websocket", **document})
    server.register_mock_tool("echo", lambda arguments: {"text": arguments["text"]})
    application = Starlette(routes=[Mount("/reports", asgi_app(server))])
    async with under_uvicorn(application) as url:
        yield server, url.replace("http", "ws") + "/reports/ws"


def echo(text):
    params = {"name": "echo", "arguments": {"text": text}}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})


def test_an_asgi_server_carries_the_conversation_and_the_journal_has_its_end():
    async def work():
        async with mounted() as (server, url):
            async with connect(url, proxy=None) as socket:
                await socket.send(echo("a"))
                answer = json.loads(await socket.recv())
            async with connect(url, proxy=None) as socket:
                await socket.send(b"{}")
                with pytest.raises(ConnectionClosed):
                    await socket.recv()
                code = socket.close_code
        ends = [e for e in server.journal.events() if e.kind == "end" and "code" in e.data]
        return answer, code, sorted((e.data["code"], str(e.sender)) for e in ends)

    answer, code, ends = run(work())
    assert answer["result"] == {"text": "a"}
    assert code == 1003
    assert ends == [(1000, "client"), (1003, "server")]


def test_an_asgi_server_refuses_the_handshake_as_the_mock_does():
    async def work():
        guarded = {"authorization": {"scheme": "bearer", "keys": ["k3y-0f-the-mock"]}}
        statuses = []
        async with mounted(**guarded) as (_, url):
            for address, headers in (
                (url, {}),
                (url, {"Origin": "http://evil.example", "Authorization": "Bearer k3y-0f-the-mock"}),
                (f"{url}/elsewhere", {"Authorization": "Bearer k3y-0f-the-mock"}),
            ):
                with pytest.raises(InvalidStatus) as refused:
                    await connect(address, proxy=None, additional_headers=headers)
                statuses.append(refused.value.response.status_code)
        return statuses

    assert run(work()) == [401, 403, 404]


def test_an_asgi_server_closes_on_a_message_that_is_too_long():
    async def work():
        async with mounted() as (_, url), connect(url, proxy=None) as socket:
            await socket.send(echo("x" * MAX_BODY))
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            return socket.close_code

    assert run(work()) == 1009


def test_a_client_of_an_asgi_server_that_reads_nothing_is_cut_off(monkeypatch):
    monkeypatch.setattr("mcp_proof_mocks.asgi_socket.MAX_UNREAD", 1_000_000)
    heard = 0

    async def receive():
        nonlocal heard
        heard += 1
        await asyncio.sleep(0)
        connect = {"type": "websocket.connect"}
        return connect if heard == 1 else {"type": "websocket.receive", "text": LIST}

    async def send(message):
        if message["type"] == "websocket.send":
            await asyncio.get_running_loop().create_future()  # nobody reads

    async def work():
        fields = {"host": "localhost", "upgrade": "websocket", "connection": "Upgrade"}
        fields |= {"sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="}
        headers = [(name.encode(), value.encode()) for name, value in fields.items()]
        scope = {"type": "websocket", "scheme": "ws", "path": "/ws", "query_string": b""}
        await asgi_app(MockServer("websocket"))({**scope, "headers": headers}, receive, send)

    run(work())
    assert 10 < heard < 10_000


# Either way


@asynccontextmanager
async def alone(server):
    """A mock behind a port of its own."""
    async with serving(server) as url:
        yield url


@asynccontextmanager
async def under_asgi(server):
    """A mock under an ASGI server."""
    async with under_uvicorn(asgi_app(server)) as url:
        yield url.replace("http", "ws") + "/ws"


@pytest.mark.parametrize("way", [alone, under_asgi])
def test_what_one_client_asks_beyond_a_hundred_calls_waits_for_its_turn(way):
    under_way, most = 0, 0

    async def busy(_arguments):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        return "done"

    async def work():
        server = MockServer("websocket")
        server.register_mock_tool("busy", busy)
        call = {"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "busy"}}
        async with way(server) as url, connect(url, proxy=None) as socket:
            for number in range(500):
                await socket.send(json.dumps({**call, "id": number}))
            return {json.loads(await socket.recv())["id"] for _ in range(500)}

    assert run(work()) == {*range(500)}
    assert most == 100
