"""Whatever comes back over TCP is an answer, a broken call or a silent one, and nothing else."""

import socket
import time

import pytest
from said import END, chunked, request, response, result

from mcp_proof_load.clients.client import BrokenError, SilentError
from mcp_proof_load.clients.stateless import client

SILENCE = 0.2


def answers(data, *, pieces=1):
    """A script that answers each request with the same bytes, in so many pieces."""

    def script(connection):
        while True:
            request(connection)
            size = max(1, len(data) // pieces)
            for start in range(0, len(data), size):
                connection.sendall(data[start : start + size])
                if pieces > 1:
                    time.sleep(0.0005)  # so that they travel apart

    return script


def closes_after(data):
    def script(connection):
        request(connection)
        connection.sendall(data)

    return script


def call(server, plan_for, number=1, timeout=5.0):
    caller = client(plan_for(server.url, timeout=timeout), 1)
    caller.open()
    try:
        return caller.call("describe", {"city": "Bergen"}, number)
    finally:
        caller.close()


WHOLE = [
    pytest.param(response(result(1)), id="content-length"),
    pytest.param(chunked("application/json", result(1)[:9], result(1)[9:]) + END, id="chunked"),
    pytest.param(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        + response(result(1)),
        id="after 1xx",
    ),
    pytest.param(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n"
        + b"X-Fill: y\r\n" * 5000
        + response(result(1)).partition(b"\r\n")[2],
        id="huge head",
    ),
]


@pytest.mark.parametrize("data", WHOLE)
@pytest.mark.parametrize("pieces", [1, 40])
def test_a_whole_answer_is_one_however_it_is_framed_and_cut(scripted, plan_for, data, pieces):
    server = scripted(answers(data, pieces=pieces))
    answer = call(server, plan_for)
    assert (answer.body, answer.failure, answer.others) == (result(1), "", ())


def test_an_answer_may_end_where_the_connection_does(scripted, plan_for):
    server = scripted(closes_after(b"HTTP/1.1 200 OK\r\n\r\n" + result(1)))
    assert call(server, plan_for).body == result(1)


BROKEN = [
    pytest.param(response(result(1))[:-5], "in the middle of the answer", id="closed in the body"),
    pytest.param(
        chunked("application/json", result(1)), "in the middle of the answer", id="no last chunk"
    ),
    pytest.param(b"HTTP/1.1 200 OK\r\nContent-", "within the head", id="closed in the head"),
    pytest.param(b"", "without an answer", id="closed at once"),
    pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", "no HTTP", id="another protocol"),
    pytest.param(
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        "HTTP 101",
        id="upgrade",
    ),
    pytest.param(response(b"<p>hello</p>"), "no answer: <p>hello</p>", id="no JSON"),
    pytest.param(response(b'{"jsonrpc":"2.0","id":1}'), "no answer", id="neither result nor error"),
    pytest.param(
        response(b"", "202 Accepted"), "HTTP 202 with what is no answer: nothing", id="accepted"
    ),
]


@pytest.mark.parametrize(("data", "words"), BROKEN)
def test_what_is_no_whole_answer_breaks_the_call_and_says_how(scripted, plan_for, data, words):
    with pytest.raises(BrokenError, match=words):
        call(scripted(closes_after(data)), plan_for)


def test_a_refused_connection_breaks_the_call(plan_for):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/mcp"
    with pytest.raises(BrokenError, match="no connection: Connection refused"):
        client(plan_for(url), 1).open()


def trickles(connection):
    request(connection)
    for byte in response(result(1)):
        connection.sendall(bytes([byte]))
        time.sleep(0.02)


def says_nothing(connection):
    request(connection)
    connection.recv(1)


@pytest.mark.parametrize("script", [says_nothing, trickles])
def test_who_gives_no_whole_answer_in_time_is_silent(scripted, plan_for, script):
    server = scripted(script)
    started = time.monotonic()
    with pytest.raises(SilentError):
        call(server, plan_for, timeout=SILENCE)
    assert SILENCE <= time.monotonic() - started < 5 * SILENCE


STATUSES = [
    ((b"oops", "500 Internal Server Error"), "HTTP 500"),
    ((b"", "429 Too Many Requests", "Retry-After: 7"), "HTTP 429, retry-after 7"),
    ((b"", "307 Temporary Redirect", "Location: /x"), "HTTP 307"),
    (
        (b'{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}', "400 Bad Request"),
        "HTTP 400: error -32602: no",
    ),
    ((b'{"id":1,"error":{"code":-32603,"message":"x"}}', "200 OK"), "error -32603: x"),
    ((result(1, "it is late", isError=True), "200 OK"), "isError: it is late"),
    ((result(1, resultType="input_required"), "200 OK"), "it asks for input"),
]


@pytest.mark.parametrize(("reply", "failure"), STATUSES)
def test_an_answer_that_tells_of_a_failure_is_one(scripted, plan_for, reply, failure):
    body, status, *headers = reply
    answer = call(scripted(answers(response(body, status, *headers))), plan_for)
    assert answer.body == body
    assert answer.failure.startswith(failure)


def test_two_answers_at_once_are_told_apart(scripted, plan_for):
    twice = response(result(1, "first")) + response(result(1, "second"))
    answer = call(scripted(answers(twice)), plan_for)
    assert (answer.body, answer.others) == (result(1, "first"), (result(1, "second"),))


def test_bytes_behind_an_answer_that_are_no_answer_are_kept_as_one(scripted, plan_for):
    answer = call(scripted(answers(response(result(1)) + b"tail")), plan_for)
    assert (answer.body, answer.others) == (result(1), (b"tail",))


def test_a_second_answer_that_comes_late_is_told_with_the_next_and_shifts_none(scripted, plan_for):
    def early_second(connection):
        request(connection)
        connection.sendall(response(result(1)))
        time.sleep(0.05)
        connection.sendall(response(result(1, "again")))
        request(connection)

    server = scripted(early_second, answers(response(result(2))))
    caller = client(plan_for(server.url), 1)
    caller.open()
    assert caller.call("describe", {}, 1).others == ()
    time.sleep(0.2)
    answer = caller.call("describe", {}, 2)
    caller.close()
    assert (answer.body, answer.others) == (result(2), (result(1, "again"),))
    assert server.connections == 2


def test_an_answer_with_another_id_comes_as_it_is_and_the_next_call_has_its_own(scripted, plan_for):
    def one_behind(connection):
        previous = 99
        for number in (1, 2, 3):
            request(connection)
            connection.sendall(response(result(previous)))
            previous = number

    server = scripted(one_behind, answers(response(result(2))))
    caller = client(plan_for(server.url), 1)
    assert caller.call("describe", {}, 1).body == result(99)
    assert caller.call("describe", {}, 2).body == result(2)
    caller.close()


@pytest.mark.parametrize("said", [b"1", b"1.0", b"0.1e1", b'"1"'])
def test_an_id_that_is_written_otherwise_costs_no_connection(scripted, plan_for, said):
    body = b'{"jsonrpc":"2.0","id":%b,"result":{}}' % said
    server = scripted(answers(response(body)))
    caller = client(plan_for(server.url), 1)
    assert [caller.call("describe", {}, 1).body for _ in range(2)] == [body] * 2
    caller.close()
    assert server.connections == 1
