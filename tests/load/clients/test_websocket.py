import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus

import pytest
import trustme
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

OPEN, CLOSE = ["open"], ["close"]


def plan(url, *headers, **members):
    place = {"url": url, "headers": [*headers]}
    return {"client": "websocket", "place": place, "connections": 1, **members}


def say(text, number):
    return ["call", "process_data", {"input": text}, number]


def said(step):
    return json.loads(step["body"])["result"]["processed"]


@contextmanager
def peer(converse: Callable[[ServerConnection], None], **options: object) -> Iterator[str]:
    """A server that does one thing on each socket; gives its URL."""

    def quietly(socket: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            converse(socket)

    with serve(quietly, "127.0.0.1", 0, **options) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/ws"
        finally:
            server.shutdown()


def answer(request, text=None):
    given = request["params"]["arguments"]["input"]
    result = {"processed": given if text is None else text}
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result})


def requests(socket):
    return (json.loads(message) for message in socket)


def test_many_calls_are_under_way_on_one_socket(drive):
    slow = ["call", "generate_report", {"analysis": "a"}, 9]
    with running(MockServer("websocket")) as url:
        sessions = [[OPEN, say(text, number), CLOSE] for number, text in enumerate("bcd")]
        ran = drive(plan(url), [OPEN, slow, CLOSE], *sessions)
    first, *others = ran.sessions
    assert json.loads(first[1]["body"])["result"]["report"] == "a"
    assert [said(session[1]) for session in others] == ["b", "c", "d"]
    assert not ran.strays


def test_a_failure_is_told(drive):
    with running(MockServer("websocket")) as url:
        ran = drive(plan(url), [OPEN, ["call", "nothing", {}, 1], CLOSE])
    assert ran.sessions[0][1]["failure"] == "error -32602: Tool 'nothing' not found"


@pytest.mark.parametrize(("connections", "sockets"), [(0, 3), (1, 1), (2, 2)])
def test_the_plan_says_how_many_sockets_the_users_share(drive, connections, sockets):
    opened = []

    def converse(socket: ServerConnection) -> None:
        opened.append(socket)
        for request in requests(socket):
            socket.send(answer(request))

    with peer(converse) as url:
        sessions = [[OPEN, say("a", number), CLOSE] for number in range(3)]
        ran = drive(plan(url, connections=connections), *sessions)
    assert [said(session[1]) for session in ran.sessions] == ["a"] * 3
    assert len(opened) == sockets


def test_answers_in_reverse_order_reach_those_who_asked(drive):
    def converse(socket: ServerConnection) -> None:
        asked = requests(socket)
        for request in reversed([next(asked), next(asked), next(asked)]):
            socket.send(answer(request))
        socket.recv()

    with peer(converse) as url:
        ran = drive(plan(url), *[[OPEN, say(text, n), CLOSE] for n, text in enumerate("abc")])
    assert [said(session[1]) for session in ran.sessions] == ["a", "b", "c"]


def test_second_answers_and_those_that_nobody_asked_for_are_strays(drive):
    def converse(socket: ServerConnection) -> None:
        for request in requests(socket):
            socket.send(answer({**request, "id": 4711}, "nobody's"))
            socket.send(answer(request))
            socket.send(answer(request, "again"))

    with peer(converse) as url:
        ran = drive(plan(url), [OPEN, say("a", 1), say("b", 2), CLOSE])
    assert [said(step) for step in ran.sessions[0][1:3]] == ["a", "b"]
    ids = [json.loads(stray)["id"] for stray in ran.strays]
    assert ids[:3] == [4711, 1, 4711]


def test_frames_of_all_kinds_are_understood(drive):
    def converse(socket: ServerConnection) -> None:
        [first, second] = [json.loads(socket.recv()) for _ in range(2)]
        whole = answer(first)
        socket.send([whole[:9], whole[9:20], whole[20:]])
        assert socket.ping().wait(10)
        socket.send(json.dumps({"jsonrpc": "2.0", "id": "p", "method": "ping"}))
        assert json.loads(socket.recv()) == {"jsonrpc": "2.0", "id": "p", "result": {}}
        socket.send(answer(second).encode())
        socket.recv()

    with peer(converse) as url:
        ran = drive(plan(url), [OPEN, say("a", 1), CLOSE], [OPEN, say("b", 2), CLOSE])
    assert [said(session[1]) for session in ran.sessions] == ["a", "b"]


def test_a_closed_socket_breaks_its_calls_and_is_opened_anew_for_the_next(drive):
    opened = []

    def converse(socket: ServerConnection) -> None:
        opened.append(socket)
        for request in requests(socket):
            if len(opened) == 1:
                socket.close(1011, "out of order")
            else:
                socket.send(answer(request))

    with peer(converse) as url:
        ran = drive(plan(url), [OPEN, say("a", 1), say("b", 2), CLOSE])
    [_, broken, good, _] = ran.sessions[0]
    assert broken["broken"].startswith("the server has closed the WebSocket: 1011")
    assert "out of order" in broken["broken"]
    assert said(good) == "b"


def test_a_socket_that_is_cut_breaks_the_call(drive):
    def converse(socket: ServerConnection) -> None:
        socket.recv()
        socket.socket.shutdown(2)

    with peer(converse) as url:
        ran = drive(plan(url), [OPEN, say("a", 1), CLOSE])
    assert ran.sessions[0][1] == {"broken": "the server has cut the connection"}


def test_what_is_no_websocket_breaks_the_call(drive):
    def converse(socket: ServerConnection) -> None:
        socket.recv()
        socket.socket.sendall(b"\xff\xff no frame at all")
        socket.recv()

    with peer(converse) as url:
        ran = drive(plan(url), [OPEN, say("a", 1), CLOSE])
    assert ran.sessions[0][1]["broken"].startswith("what came is no WebSocket: ")


def test_a_call_without_an_answer_is_silent(drive):
    with peer(lambda socket: [None for _ in socket]) as url:
        ran = drive(plan(url, timeout=0.3), [OPEN, say("a", 1), CLOSE])
    assert ran.sessions[0][1] == {"silent": "no answer within 0.3 s"}


def test_a_server_that_never_answers_the_handshake_is_silent(drive):
    waits = threading.Event()

    def process(*_: object) -> None:
        waits.wait(10)

    with peer(lambda _socket: None, process_request=process) as url:
        ran = drive(plan(url, timeout=0.3), [OPEN])
        waits.set()
    assert ran.sessions[0][0] == {"silent": "no WebSocket within 0.3 s"}


def test_a_refused_handshake_is_told(drive):
    def refuse(socket: ServerConnection, _request: object) -> object:
        return socket.respond(HTTPStatus.FORBIDDEN, "no")

    with peer(lambda _socket: None, process_request=refuse) as url:
        ran = drive(plan(url), [OPEN])
    told = "the server opens no WebSocket: it answers HTTP 403"
    assert ran.sessions[0][0] == {"broken": told}


def test_a_connection_that_is_cut_within_the_handshake_is_told(drive):
    def cut(socket: ServerConnection, _request: object) -> None:
        socket.socket.shutdown(2)

    with peer(lambda _socket: None, process_request=cut) as url:
        ran = drive(plan(url), [OPEN])
    assert ran.sessions[0][0]["broken"].startswith("the server opens no WebSocket: ")


def test_the_headers_of_the_plan_go_with_the_handshake(drive):
    seen = []

    def note(_socket: ServerConnection, request: object) -> None:
        seen.append(request.headers.get("X-Key"))

    with peer(lambda socket: [None for _ in socket], process_request=note) as url:
        drive(plan(url, ["X-Key", "k"]), [OPEN, CLOSE])
    assert seen == ["k"]


def test_a_socket_over_tls_is_opened_to_who_can_be_trusted_only(drive, tmp_path):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(known := tmp_path / "known.pem")
    trustme.CA().cert_pem.write_to_path(other := tmp_path / "other.pem")

    def converse(socket: ServerConnection) -> None:
        for request in requests(socket):
            socket.send(answer(request))

    with peer(converse, ssl=context) as url:
        secure = plan(url.replace("ws:", "wss:"))
        good, bad = (
            drive(secure, [OPEN, say("a", 1), CLOSE], SSL_CERT_FILE=str(file)).sessions[0][1]
            for file in (known, other)
        )
    assert said(good) == "a"
    assert "certificate" in bad["broken"].lower()
