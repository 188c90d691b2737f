"""Whatever a client sends: it gets an answer or is cut off, and the next client is served."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import pytest
from raw_client import HELLO, RawClient, call, connected, modern_call, post, request

from mcp_proof_mocks.conversation import Conversation
from mcp_proof_mocks.http.connections import Limits
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.http.session_table import SessionTable
from mcp_proof_mocks.server import MockServer

BOUND = 20.0
PATIENT = Limits()
HASTY = Limits(unfinished=0.05, idle=0.05, interval=0.01)
MEGABYTE = b"x" * 1_000_000


async def is_served(url: str) -> bool:
    """Whether a new client gets its answer."""
    async with connected(url) as client:
        await client.send(modern_call("echo", {"message": "hello"}))
        return "hello" in (await client.response()).body.decode()


def hostile(
    work: Callable[[str, RawClient], Awaitable[None]],
    limits: Limits = PATIENT,
    server: MockServer | None = None,
) -> None:
    """Serve one hostile client, and then another one; nothing of it may outlive the server."""

    async def alone() -> None:
        async with AsyncExitStack() as stack, asyncio.timeout(BOUND):
            url = await stack.enter_async_context(
                serving(server or MockServer("plain"), limits=limits)
            )
            async with connected(url) as client:
                await work(url, client)
            assert await is_served(url)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(alone())


def refused(data: bytes, status: int, limits: Limits = PATIENT) -> None:
    """Have this answered with a status, and the connection closed."""

    async def work(_: str, client: RawClient) -> None:
        await client.send(data)
        assert (await client.response()).status == status
        assert await client.closed()

    hostile(work, limits)


# What is said

NO_JSON = {
    "empty": b" ",
    "cut": b'{"jsonrpc":"2.0","id":1,"method":"ping"',
    "nul": b"\x00",
    "latin-1": b'{"jsonrpc":"2.0","id":1,"method":"caf\xe9"}',
    "utf-16": '{"jsonrpc":"2.0","id":1,"method":"ping"}'.encode("utf-16"),
    "nan": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":NaN}}',
    "deep array": b"[" * 100_000,
    "deep object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep and closed": b"[" * 100_000 + b"]" * 100_000,
    "backslashes": b'"' + b"\\" * 1_000_001,
    "half escapes": b'"' + b"\\ud800" * 100_000,
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
def test_what_is_no_json_is_a_parse_error(body, capsys):
    async def work(_: str, client: RawClient) -> None:
        await client.send(request(body))
        answer = await client.response()
        assert (answer.status, answer.json["error"]["code"]) == (400, -32700)
        assert "Traceback" not in answer.body.decode()

    hostile(work)
    assert capsys.readouterr().err == ""


ODD_JSON = {
    "a string": "ping",
    "a number": 7,
    "null": None,
    "no members": {},
    "an object as id": {"jsonrpc": "2.0", "id": {}, "method": "ping"},
    "an array as method": {"jsonrpc": "2.0", "id": 1, "method": ["ping"]},
    "an array as params": {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []},
    "an object as name": {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": {}, "arguments": 7},
    },
    "metadata that is none": {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "echo", "_meta": 7},
    },
    "a huge id": {"jsonrpc": "2.0", "id": "x" * 100_000, "method": "nothing"},
}


@pytest.mark.parametrize("value", ODD_JSON.values(), ids=ODD_JSON)
def test_what_is_no_request_is_refused_in_json(value, capsys):
    async def work(_: str, client: RawClient) -> None:
        await client.send(request(json.dumps(value).encode()))
        answer = await client.response()
        assert answer.json["error"]["code"] in (-32600, -32601, -32602)

    hostile(work)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a\udfffz", "\U0001f600", "\u2028"])
def test_any_text_is_an_argument(text):
    async def work(_: str, client: RawClient) -> None:
        await client.send(call("echo", {"message": text}))
        answer = await client.response()
        shown = text.encode(errors="replace").decode().replace("?", "\ufffd")
        assert answer.json["result"]["content"][0]["text"] == shown

    hostile(work)


# How much is said


def test_a_body_that_is_declared_too_large_is_not_waited_for():
    refused(request(Content_Length=str(100 * len(MEGABYTE))), 413)


def test_a_client_that_sends_its_large_body_all_the_same_hears_why_it_is_refused():
    async def work(_: str, client: RawClient) -> None:
        await client.send(request(Content_Length=str(100 * len(MEGABYTE))))
        for _ in range(100):
            await client.send(MEGABYTE)
        assert (await client.response()).status == 413
        assert await client.closed()

    hostile(work)


def test_a_body_in_chunks_is_measured_too():
    async def work(_: str, client: RawClient) -> None:
        await client.send(request(Transfer_Encoding="chunked"))
        for _ in range(100):
            await client.send(b"%x\r\n%b\r\n" % (len(MEGABYTE), MEGABYTE))
        assert (await client.response()).status == 413

    hostile(work)


@pytest.mark.parametrize(
    "head",
    [
        b"POST /mcp HTTP/1.1\r\nX: " + MEGABYTE,
        b"POST /" + MEGABYTE,
        b"POST /mcp HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(100_000)),
        b"POST /mcp HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(201)) + b"\r\n",
    ],
    ids=["one long field", "a long path", "no end of fields", "many fields"],
)
def test_a_head_that_is_too_large_is_refused(head):
    refused(head, 431)


# How slowly it is said


@pytest.mark.parametrize(
    "beginning",
    [
        b"P",
        b"POST /mcp HTTP/1.1\r\nHost: loc",
        request(Content_Length="100") + b'{"jsonrpc"',
        request(Transfer_Encoding="chunked") + b"5\r\n12",
    ],
    ids=["method", "head", "body", "chunk"],
)
def test_a_request_that_does_not_come_to_its_end_is_given_up(beginning):
    refused(beginning, 408, HASTY)


def test_a_client_that_drips_its_request_is_given_up_too():
    async def work(_: str, client: RawClient) -> None:
        async def drip() -> None:
            for number in range(1_000_000):
                await client.send(b"X-%d: y\r\n" % number)
                await asyncio.sleep(0.005)

        await client.send(b"POST /mcp HTTP/1.1\r\n")
        dripping = asyncio.create_task(drip())
        assert (await client.response()).status == 408
        assert await client.closed()
        dripping.cancel()
        await asyncio.wait([dripping])

    hostile(work, HASTY)


def test_an_idle_connection_is_closed_and_a_stream_in_use_is_not():
    async def work(url: str, client: RawClient) -> None:
        session = await client.begin()
        await client.send(request(method="GET", Mcp_Session_Id=session))
        assert (await client.head()).status == 200
        async with connected(url) as idle:
            assert await idle.closed()
        async with connected(url) as other:
            await other.send(request(method="DELETE", Mcp_Session_Id=session))
            assert (await other.response()).status == 204
        assert await client.chunk() == b""

    hostile(work, HASTY, MockServer("everything"))


# How many there are


@asynccontextmanager
async def crowd(url: str, count: int) -> AsyncIterator[list[RawClient]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(connected(url)) for _ in range(count)]


def test_a_thousand_idle_connections_hurt_nobody():
    async def work(url: str, _: RawClient) -> None:
        async with crowd(url, 1000):
            assert await is_served(url)

    hostile(work)


def test_too_many_connections_make_room_for_the_next_client():
    async def work(url: str, _: RawClient) -> None:
        async with crowd(url, 100) as clients:
            assert await is_served(url)
            assert await clients[0].closed()

    hostile(work, Limits(connections=50))


def test_hundreds_of_streams_of_one_session_hurt_nobody_and_end_with_it():
    async def work(url: str, client: RawClient) -> None:
        session = await client.begin()
        async with crowd(url, 300) as listeners:
            for listener in listeners:
                await listener.send(request(method="GET", Mcp_Session_Id=session))
                assert (await listener.head()).status == 200
            await client.send(call("echo", {"message": "hello"}, session=session))
            assert (await client.response()).status == 200
            await client.send(request(method="DELETE", Mcp_Session_Id=session))
            assert (await client.response()).status == 204
            assert [await listener.chunk() for listener in listeners] == [b""] * 300

    hostile(work, server=MockServer("everything"))


def test_session_ids_that_are_made_up_leave_nothing_behind():
    server = MockServer("everything")

    async def work(_: str, client: RawClient) -> None:
        for number in range(1000):
            await client.send(post("ping", number=1, session=f"made-up-{number}"))
            assert (await client.response()).status == 404
        left = [each for each in gc.get_objects() if isinstance(each, Conversation)]
        # One has no session: all that is stateless goes through it.
        assert len([each for each in left if each.server is server]) == 1

    hostile(work, server=server)


def test_one_session_too_many_ends_the_one_that_was_silent_for_longest():
    async def alone() -> None:
        table = SessionTable(MockServer("everything"), most=100)
        sessions = [table.new() for _ in range(150)]
        first, second, *others = sessions
        for session in (first, second, *others[:98]):
            table.open(session)
        assert table.get(first.id) is first  # so that it is no longer the oldest
        table.open(others[98])
        assert (len(table), table.get(second.id), table.get(first.id)) == (100, None, first)
        for session in others[99:]:
            table.open(session)
        assert len(table) == 100

    asyncio.run(alone())


def test_a_client_that_never_reads_is_not_read_from_either():
    async def flood(client: RawClient) -> None:
        for number in range(1000):
            said = call("echo", {"message": "x" * 100_000}, number)
            await asyncio.wait_for(client.send(said), 0.5)
            await asyncio.sleep(0)  # so that the server can read

    async def work(_: str, client: RawClient) -> None:
        with pytest.raises(TimeoutError):
            await flood(client)

    hostile(work)


def test_many_requests_at_once_are_answered_in_their_order():
    async def work(_: str, client: RawClient) -> None:
        await client.send(b"".join(post("ping", number=number) for number in range(1, 1001)))
        answers = [(await client.response()).json["id"] for _ in range(1000)]
        assert answers == list(range(1, 1001))

    hostile(work)


# A fault of our own


@contextmanager
def broken(server: MockServer) -> Iterator[None]:
    """Have the server fail inside while the block runs."""
    with pytest.MonkeyPatch.context() as patched:

        def fail(_: str) -> bool:
            raise OSError("a secret of the mock")

        patched.setattr(server, "offers", fail)
        yield


def test_a_fault_of_the_mock_is_an_internal_error_and_the_next_request_is_served(capsys):
    server = MockServer("plain")

    async def work(_: str, client: RawClient) -> None:
        with broken(server):
            await client.send(post("tools/list", {}, 7))
            answer = await client.response()
        error = {"code": -32603, "message": "Internal error"}
        assert (answer.status, answer.json) == (500, {"jsonrpc": "2.0", "id": 7, "error": error})
        await client.send(post("tools/list", {}, 8))
        assert (await client.response()).json["id"] == 8

    hostile(work, server=server)
    told = capsys.readouterr().err
    assert "OSError: a secret of the mock" in told
    assert "this is a fault of mcp-proof itself" in told


def test_a_fault_where_streams_are_the_rule_is_told_with_its_status():
    tool = {"name": "echo", "answer": {"text": "{{ message }}"}}
    info = {"name": "streaming", "version": "1"}
    server = MockServer({"info": info, "http": {"answers": "sse"}, "tools": [tool]})

    async def work(_: str, client: RawClient) -> None:
        session = await client.begin()
        with broken(server):
            await client.send(post("tools/list", {}, 7, session=session))
            answer = await client.response()
        assert (answer.status, answer.json["error"]["code"]) == (500, -32603)

    hostile(work, server=server)


def test_hello_after_hello_opens_sessions_and_nothing_breaks():
    async def work(_: str, client: RawClient) -> None:
        sessions = set()
        for number in range(200):
            await client.send(post("initialize", HELLO, number))
            sessions.add((await client.response()).headers["mcp-session-id"])
        assert len(sessions) == 200

    hostile(work, server=MockServer("everything"))
