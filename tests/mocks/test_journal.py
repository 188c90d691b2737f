"""The journal: all that crossed the wire, bounded, secrets hidden; and what tests ask of it."""

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_client import HELLO, VERSION

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import EventKind, Header, Sender, Transcript, from_ndjson
from mcp_proof_mocks.http.endpoint import HttpEndpoint
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse
from mcp_proof_mocks.journal import Journal
from mcp_proof_mocks.journal.rows import text_row
from mcp_proof_mocks.journal.texts import RecordedTexts
from mcp_proof_mocks.journal.window import Window
from mcp_proof_mocks.memory import in_memory
from mcp_proof_mocks.server import MockServer

BOUND = 10.0
ACCEPT = "application/json, text/event-stream"


class Answered:
    """A responder that keeps what it is given."""

    def __init__(self) -> None:
        self.response = HttpResponse(status=0)
        self.written: list[bytes] = []

    def respond(self, response: HttpResponse) -> None:
        self.response = response

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def end(self) -> None: ...

    def abort(self) -> None: ...

    async def ended(self) -> None:
        await asyncio.Event().wait()


class Client:
    """Talks to the endpoint of one server, without a network."""

    def __init__(self, server: MockServer) -> None:
        self.endpoint = HttpEndpoint(server)
        self.headers = {"accept": ACCEPT, "mcp-protocol-version": VERSION}

    async def post(self, body: bytes, **headers: str) -> Answered:
        fields = {**self.headers, **{n.replace("_", "-"): v for n, v in headers.items()}}
        sent = HttpRequest(
            method="POST", path="/mcp", headers=fields, body=body, fields=list(fields.items())
        )
        answered = Answered()
        await self.endpoint(sent, answered)
        return answered

    async def ask(self, number: Any, method: str, params: dict[str, Any]) -> Answered:
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        return await self.post(json.dumps(message).encode())

    async def begin(self) -> None:
        answered = await self.ask(1, "initialize", HELLO)
        self.headers["mcp-session-id"] = answered.response.headers["Mcp-Session-Id"]
        await self.post(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')

    async def call(self, tool: str, **arguments: Any) -> Answered:
        return await self.ask(2, "tools/call", {"name": tool, "arguments": arguments})


def run(work: Any) -> Any:
    async def bounded() -> Any:
        async with asyncio.timeout(BOUND):
            return await work

    return asyncio.run(bounded())


def after(*calls: tuple[str, dict[str, Any]]) -> MockServer:
    """A server whose tools were called so."""
    server = MockServer("everything")

    async def talk() -> None:
        client = Client(server)
        await client.begin()
        for tool, arguments in calls:
            await client.call(tool, **arguments)

    run(talk())
    return server


# What there was


def test_an_exchange_is_recorded_with_both_its_heads_and_both_its_messages():
    server = after(("echo", {"message": "hi"}))
    *_, request, call, response, answer, end = server.journal.events()
    channel = request.channel
    assert [(e.kind, e.sender, e.channel) for e in (request, call, response, answer, end)] == [
        (EventKind.HTTP_REQUEST, Sender.CLIENT, channel),
        (EventKind.MESSAGE, Sender.CLIENT, channel),
        (EventKind.HTTP_RESPONSE, Sender.SERVER, channel),
        (EventKind.MESSAGE, Sender.SERVER, channel),
        (EventKind.END, Sender.SERVER, channel),
    ]
    assert (request.data["method"], request.data["path"]) == ("POST", "/mcp")
    assert response.data["status"] == 200
    assert call.message.params["arguments"] == {"message": "hi"}
    assert answer.message.result["content"] == [{"type": "text", "text": "hi"}]
    assert end.data["how"] == "complete"


def test_a_session_has_one_name_from_its_first_message_on():
    server = after(("echo", {"message": "hi"}))
    assert {event.session for event in server.journal.events()} == {"session-1"}


def test_events_are_numbered_in_the_order_of_time():
    events = list(after(("echo", {"message": "hi"})).journal.events())
    assert [event.seq for event in events] == list(range(len(events)))
    assert [event.at for event in events] == sorted(event.at for event in events)


def test_the_events_of_a_stream_are_recorded_one_by_one():
    server = MockServer("streaming")

    async def talk() -> None:
        client = Client(server)
        await client.begin()
        params = {"name": "count_slowly", "arguments": {}, "_meta": {"progressToken": 7}}
        await client.ask(2, "tools/call", params)

    run(talk())
    events = [e for e in server.journal.events() if e.kind is EventKind.SSE]
    assert len(events) >= 2
    assert all(event.data["id"] for event in events)
    last = [e for e in server.journal.events() if e.message and e.sender is Sender.SERVER][-1]
    assert last.message.id == 2


def test_secrets_in_headers_and_queries_are_not_recorded():
    server = MockServer("plain")
    secret = "a-secret-of-the-user"
    names = ("authorization", "x_api_key", "cookie")
    run(Client(server).post(b"{}", **dict.fromkeys(names, secret)))
    fields = {"host": "localhost"}
    get = HttpRequest(method="GET", path=f"/mcp?key={secret}", headers=fields)
    run(HttpEndpoint(server)(get, Answered()))
    told = repr(list(server.journal.events()))
    assert secret not in told
    assert all(f"'{name}'" in told.lower() for name in ("authorization", "x-api-key", "cookie"))


def test_what_is_no_json_is_quoted():
    server = MockServer("plain")
    run(Client(server).post(b"<xml>\xff", content_type="application/xml"))
    bodies = [event for event in server.journal.events() if event.kind is EventKind.BODY]
    assert bodies[0].data == {"text": "<xml>�", "bytes": 6}


def test_a_client_that_leaves_a_stream_is_recorded():
    server = MockServer("everything")

    async def talk() -> None:
        client = Client(server)
        await client.begin()
        get = HttpRequest(method="GET", path="/mcp", headers=client.headers)
        listening = asyncio.create_task(client.endpoint(get, Answered()))
        await asyncio.sleep(0)
        listening.cancel()
        await asyncio.wait([listening])

    run(talk())
    end = list(server.journal.events())[-1]
    assert (end.kind, end.data["how"], end.sender) == (EventKind.END, "closed", Sender.CLIENT)


def test_a_conversation_in_memory_is_recorded():
    server = MockServer("plain")

    async def talk() -> None:
        async with in_memory(server) as (send, receive):
            await send({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO})
            await receive()

    run(talk())
    request, answer, end = server.journal.events()
    assert (request.message.method, answer.message.id, end.kind) == ("initialize", 1, EventKind.END)


def test_rules_can_read_it():
    header = Header(peer="clients", side=Sender.CLIENT, transport="http", started="now")
    events = after(("echo", {"message": "hi"})).journal.events()
    read = Reading(Transcript(header, events), Revision.R2025_11_25)
    assert [said.message.method for said in read.messages()] == [
        "initialize",
        "notifications/initialized",
        "tools/call",
    ]


def test_requests_can_be_chosen_by_method():
    journal = after(("echo", {"message": "a"}), ("fail", {})).journal
    assert [request.method for request in journal.requests()] == [
        "initialize",
        "tools/call",
        "tools/call",
    ]
    assert [request.params["name"] for request in journal.requests("tools/call")] == [
        "echo",
        "fail",
    ]


def test_calls_in_a_batch_are_calls():
    server = MockServer("everything")
    call = {"method": "tools/call", "params": {"name": "echo", "arguments": {"message": "a"}}}
    run(
        Client(server).post(
            json.dumps([{"jsonrpc": "2.0", "id": n, **call} for n in (1, 2)]).encode()
        )
    )
    assert [call.name for call in server.call_history] == ["echo", "echo"]


def test_the_rounds_of_one_call_are_one_call():
    journal = Journal()
    texts = RecordedTexts(journal, "memory")
    for state in ({}, {"requestState": "signed", "inputResponses": {}}):
        params = {"name": "ask_user", "arguments": {}, **state}
        texts.heard(json.dumps({"id": 1, "method": "tools/call", "params": params}).encode())
    assert len(journal.tool_calls()) == 1


# Checks


def failed(check: Any, *arguments: Any) -> str:
    with pytest.raises(AssertionError) as raised:
        check(*arguments)
    return str(raised.value)


def test_a_call_that_was_made_is_found():
    journal = after(("echo", {"message": "a"}), ("echo", {"message": "b"})).journal
    journal.assert_called_with("echo", {"message": "a"})
    journal.assert_called_with("echo", {"message": "b"})
    journal.assert_not_called("fail")


def test_a_near_miss_shows_the_closest_call_and_each_member_that_differed():
    sent = {"city": "oslo", "days": [1, 3], "unit": "C"}
    journal = after(("get_weather", {"city": "Bergen"}), ("get_weather", sent)).journal
    told = failed(journal.assert_called_with, "get_weather", {"city": "Oslo", "days": 3})
    assert told.splitlines() == [
        'get_weather was not called with {"city":"Oslo","days":3}',
        'closest, call 1 of 2: {"city":"Bergen"}',
        "what differed:",
        '  /city: expected "Oslo", was "Bergen"',
        "  /days: expected 3, was missing",
    ]
    told = failed(
        journal.assert_called_with, "get_weather", {**sent, "days": [1, 2, 3], "unit": "F"}
    )
    assert told.splitlines()[1:] == [
        f"closest, call 2 of 2: {json.dumps(sent, separators=(',', ':'))}",
        "what differed:",
        "  /days/1: expected 2, was 3",
        "  /days/2: expected 3, was missing",
        '  /unit: expected "F", was "C"',
    ]


@pytest.mark.parametrize(
    ("expected", "actual", "told"),
    [
        (True, 1, "/value: expected true, was 1"),
        ("1", 1, '/value: expected "1", was 1'),
        ({"a/b": 1}, {"a/b": 2}, "/value/a~1b: expected 1, was 2"),
        ({}, {"more": None}, "/value/more: not expected, was null"),
    ],
)
def test_values_are_compared_as_json(expected, actual, told):
    journal = after(("show_content", {"value": actual})).journal
    assert told in failed(journal.assert_called_with, "show_content", {"value": expected})


def test_a_whole_number_is_the_same_with_a_point():
    after(("show_content", {"value": 1.0})).journal.assert_called_with("show_content", {"value": 1})


def test_a_tool_that_was_not_called_is_told_with_those_that_were():
    journal = after(("echo", {"message": "a"}), ("fail", {}), ("fail", {})).journal
    told = failed(journal.assert_called_with, "echoo", {})
    assert told == "echoo was not called. Did you mean echo?\ncalled were: echo (1), fail (2)"
    assert failed(Journal().assert_called_with, "echo", {}) == "echo was not called; no tool was"


def test_once_means_once():
    once = after(("echo", {"message": "a"})).journal
    once.assert_called_once_with("echo", {"message": "a"})
    assert "/message" in failed(once.assert_called_once_with, "echo", {"message": "b"})
    twice = after(("echo", {"message": "a"}), ("echo", {"message": "b"})).journal
    told = failed(twice.assert_called_once_with, "echo", {"message": "a"})
    assert told == 'echo was called 2 times:\n  {"message":"a"}\n  {"message":"b"}'


def test_a_call_that_should_not_be_is_told():
    journal = after(("echo", {"message": "a"})).journal
    told = failed(journal.assert_not_called, "echo")
    assert told == 'echo was called once, first with {"message":"a"}'


# How much is kept


def noted(window: Window, numbers: range) -> None:
    for number in numbers:
        data = b'{"id":%d,"method":"ping"}' % number
        window.record(text_row(0.0, "s", "c", Sender.CLIENT, data), len(data))


def known(window: Window) -> list[Any]:
    return [event.message.id for event in window.events() if event.message is not None]


def test_the_oldest_go_to_disk_and_come_back_in_order():
    window = Window(0.0, most_rows=10)
    noted(window, range(1000))
    assert known(window) == list(range(1000))
    assert window.dropped == 0
    window.close()


@given(
    most_rows=st.integers(1, 20),
    most_on_disk=st.integers(100, 5000),
    sizes=st.lists(st.integers(1, 200), max_size=60),
)
def test_what_is_dropped_is_the_oldest_and_is_counted(most_rows, most_on_disk, sizes):
    window = Window(0.0, most_rows=most_rows, most_on_disk=most_on_disk)
    for number, size in enumerate(sizes):
        data = b'{"id":%d,"method":"%s"}' % (number, b"x" * size)
        window.record(text_row(0.0, "s", "c", Sender.CLIENT, data), len(data))
        assert known(window) == list(range(window.dropped, number + 1))
    window.close()


def test_large_rows_leave_memory_before_many_do():
    window = Window(0.0, most_bytes=100_000)
    for _ in range(50):
        window.record(text_row(0.0, "s", "c", Sender.CLIENT, b"x" * 50_000), 50_000)
    assert len(window._rows) < 3
    window.close()


def test_nothing_is_claimed_of_calls_that_were_dropped():
    journal = Journal()
    journal._rows = Window(0.0, most_rows=2, most_on_disk=300)
    texts = RecordedTexts(journal, "memory")
    texts._record = journal._rows.record
    call = b'{"id":1,"method":"tools/call","params":{"name":"echo","arguments":{}}}'
    for _ in range(50):
        texts.heard(call)
    assert journal.dropped > 0
    journal.assert_called_with("echo", {})
    told = failed(journal.assert_not_called, "fail")
    assert told.startswith("nobody can tell whether fail was never called")
    assert f"the oldest {journal.dropped} records are gone" in told
    journal.close()


def test_a_test_may_read_while_the_server_writes():
    window = Window(0.0, most_rows=7, most_on_disk=20_000)
    writing = threading.Thread(target=noted, args=(window, range(20_000)))
    writing.start()
    while writing.is_alive():
        numbers = known(window)
        assert numbers == list(range(numbers[0], numbers[-1] + 1)) if numbers else True
    writing.join()
    assert known(window)[-1] == 19_999
    window.close()


# In a file


def mock(*options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "mcp_proof", "mock", "everything", *options]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_a_file_has_everything_though_the_mock_is_killed(tmp_path):
    file = tmp_path / "journal.ndjson"
    with mock("--stdio", "--journal", str(file)) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
        process.stdin.flush()
        answer = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=BOUND)
    with file.open("rb") as lines:
        transcript = from_ndjson(lines)
    assert (transcript.header.side, transcript.header.transport) == (Sender.CLIENT, "stdio")
    assert [event.message.raw + b"\n" for event in transcript.events][1] == answer
    assert Counter(event.kind for event in transcript.events) == {EventKind.MESSAGE: 2}


def test_only_its_owner_may_read_a_file(tmp_path):
    file = tmp_path / "journal.ndjson"
    file.touch(mode=0o644)
    Journal(file).close()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_journal_with_a_file_is_read_from_it(tmp_path):
    server = MockServer("plain", journal=Journal(tmp_path / "journal.ndjson"))
    run(Client(server).call("echo", message="hi"))
    server.journal.assert_called_once_with("echo", {"message": "hi"})
    assert [event.seq for event in server.journal.events()] == [0, 1, 2, 3, 4]
    server.journal.close()


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    path = Path(tmp_path) / "missing" / "journal.ndjson"
    with mock("--journal", str(path)) as process:
        _, told = process.communicate(timeout=BOUND)
    assert process.returncode == 2
    assert f"cannot write {path}".encode() in told


def test_what_another_process_recorded_is_checked_and_not_continued():
    mock = MockServer("everything")
    RecordedTexts(mock.journal, "stdio").heard(
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{}}}'
    )
    journal = Journal.of(mock.journal.events())
    journal.assert_called_once_with("echo", {})
    with pytest.raises(AssertionError, match="echo was called once"):
        journal.assert_not_called("echo")
    with pytest.raises(TypeError, match="recorded elsewhere"):
        journal.record((), 0)
