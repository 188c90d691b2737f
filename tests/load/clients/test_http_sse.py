import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from installed import needs
from real_servers import served

from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

OPEN, CLOSE = ["open"], ["close"]
INFO = {"protocolVersion": "2024-11-05", "capabilities": {}, "serverInfo": {"name": "sse"}}
ENDPOINT = "event: endpoint\ndata: /messages\n\n"


def plan(url, **members):
    place = {"url": url, "headers": []}
    speech = {"revision": "2024-11-05"}
    return {"client": "http_sse", "place": place, "speech": speech, "connections": 1, **members}


def echo(text, number):
    return ["call", "echo", {"message": text}, number]


def text_of(step):
    return json.loads(step["body"])["result"]["content"][0]["text"]


def event(request, text=None, **members):
    given = request["params"]["arguments"]["message"] if text is None else text
    result = {"content": [{"type": "text", "text": given}]}
    return say({"id": request["id"], "result": result, **members})


def say(message):
    return f"data: {json.dumps({'jsonrpc': '2.0', **message})}\n\n"


@contextmanager
def peer(
    called: Callable[[dict], str | None], *, endpoint: str = ENDPOINT, status: int = 202
) -> Iterator[str]:
    """A server with one stream, where what is called is answered by these events; gives its URL.

    Whatever else is POSTed that has no method is called, too. `None` ends the stream.
    """
    events: queue.Queue[str | None] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(endpoint.encode())
            with suppress(OSError):
                while (each := events.get()) is not None:
                    self.wfile.write(each.encode())
            self.close_connection = True

        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            calls = request.get("method", "tools/call") == "tools/call"
            self.send_response(status if calls else 202)
            self.send_header("Content-Length", "0")
            self.end_headers()
            if calls:
                events.put(called(request))
            elif request["method"] == "initialize":
                events.put(say({"id": request["id"], "result": INFO}))

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/sse"
        finally:
            events.put(None)
            server.shutdown()


def test_users_share_a_stream_of_the_mock(drive):
    with running(MockServer("everything")) as url:
        place = plan(url.replace("/mcp", "/sse"))
        ran = drive(place, *[[OPEN, echo(text, n), CLOSE] for n, text in enumerate("abc", start=1)])
    assert [text_of(session[1]) for session in ran.sessions] == ["a", "b", "c"]
    assert not ran.strays


def test_a_failure_is_told(drive):
    with running(MockServer("everything")) as url:
        steps = [OPEN, ["call", "nothing", {}, 1], CLOSE]
        ran = drive(plan(url.replace("/mcp", "/sse")), steps)
    assert ran.sessions[0][1]["failure"] == "error -32602: Unknown tool: nothing"


def test_strays_on_the_stream_are_told(drive):
    def called(request: dict) -> str:
        return event(request, id=4711) + event(request) + event(request, "again")

    with peer(called) as url:
        ran = drive(plan(url), [OPEN, echo("a", 1), echo("b", 2), CLOSE])
    assert [text_of(step) for step in ran.sessions[0][1:3]] == ["a", "b"]
    assert [json.loads(stray)["id"] for stray in ran.strays[:3]] == [4711, 1, 4711]


def test_what_the_server_asks_is_answered(drive):
    asked = []

    def called(message: dict) -> str:
        asked.append(message)
        if len(asked) == 1:
            return say({"id": "p", "method": "ping"})
        return event(asked[0], json.dumps(message))

    with peer(called) as url:
        ran = drive(plan(url), [OPEN, echo("a", 1), CLOSE])
    assert json.loads(text_of(ran.sessions[0][1])) == {"jsonrpc": "2.0", "id": "p", "result": {}}


def test_a_stream_that_ends_breaks_its_calls_and_is_opened_anew_for_the_next(drive):
    calls = []

    def called(request: dict) -> str | None:
        calls.append(request)
        return event(request) if len(calls) > 1 else None

    with peer(called) as url:
        ran = drive(plan(url), [OPEN, echo("a", 1), echo("b", 2), CLOSE])
    [_, broken, good, _] = ran.sessions[0]
    assert broken == {"broken": "the server has ended the event stream"}
    assert text_of(good) == "b"


def test_a_call_without_an_answer_is_silent(drive):
    with peer(lambda _request: ": nothing\n\n") as url:
        ran = drive(plan(url, timeout=0.3), [OPEN, echo("a", 1), CLOSE])
    assert ran.sessions[0][1] == {"silent": "no answer within 0.3 s"}


def test_a_post_that_is_not_taken_breaks_the_call(drive):
    with peer(lambda _request: "", status=404) as url:
        ran = drive(plan(url), [OPEN, echo("a", 1), CLOSE])
    assert ran.sessions[0][1] == {"broken": "the endpoint takes no message: HTTP 404"}


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ("event: endpoint\ndata: http://127.0.0.2:9/x\n\n", "the endpoint is on another origin: "),
        ("event: endpoint\ndata: //127.0.0.2/x\n\n", "the endpoint is on another origin: "),
        (": none\n\n", "no endpoint within 0.5 s"),
    ],
)
def test_a_stream_without_a_usable_endpoint_is_not_open(drive, endpoint, told):
    with peer(lambda _request: "", endpoint=endpoint) as url:
        [[opened]] = drive(plan(url, timeout=0.5), [OPEN]).sessions
    assert next(iter(opened.values())).startswith(told)


def test_what_is_no_stream_is_not_open(drive):
    with running(MockServer("email_tools")) as url:
        ran = drive(plan(f"{url}/sse"), [OPEN])
    assert ran.sessions[0][0] == {"broken": "no stream of events: HTTP 404"}


@needs("node")
def test_server_everything_answers_over_http_sse(drive):
    with served("server-everything-sse") as url:
        ran = drive(plan(url), *[[OPEN, echo("hello", n), CLOSE] for n in (1, 2)])
    assert {text_of(session[1]) for session in ran.sessions} == {"Echo: hello"}
