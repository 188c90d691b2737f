"""Answers that come as events, sessions, and streams that are held open."""

import itertools
import json
import time

import pytest
from said import END, chunked, event, request, response, result

from mcp_proof_load.clients import stateful, stateless, streams
from mcp_proof_load.clients.client import BrokenError

EVENTS = "text/event-stream"
NOTE = b'{"jsonrpc":"2.0","method":"notifications/message","params":{}}'


def says(*data, stays=False):
    """A script that gives each request the next of these, and then closes or waits."""

    def script(connection):
        for each in data:
            request(connection)
            connection.sendall(each)
        if stays:
            connection.recv(1)

    return script


def called(server, plan_for, number=1):
    caller = stateless.client(plan_for(server.url), 1)
    told = []
    caller.calls.told = told.append
    try:
        return caller.call("describe", {}, number), told
    finally:
        caller.close()


def test_an_answer_in_a_stream_is_found_among_other_messages(scripted, plan_for):
    data = chunked(EVENTS, event(NOTE), event(result(1), id=3)) + END
    answer, told = called(scripted(says(data)), plan_for)
    assert (answer.body, answer.failure, answer.others, told) == (result(1), "", (), [NOTE])


def test_a_second_answer_in_the_stream_is_told(scripted, plan_for):
    data = chunked(EVENTS, event(result(7)), event(result(1)), event(result(1, "again"))) + END
    answer, _ = called(scripted(says(data)), plan_for)
    assert (answer.body, answer.others) == (result(1), (result(7), result(1, "again")))


def test_a_stream_that_ends_in_order_leaves_its_connection(scripted, plan_for):
    each = [chunked(EVENTS, event(result(n))) + END for n in (1, 2, 3)]
    server = scripted(says(*each))
    caller = stateless.client(plan_for(server.url), 1)
    assert [caller.call("describe", {}, n).body for n in (1, 2, 3)] == [
        result(n) for n in (1, 2, 3)
    ]
    caller.close()
    assert server.connections == 1


def test_a_stream_that_goes_on_after_its_answer_says_when_that_came(scripted, plan_for):
    server = scripted(says(chunked(EVENTS, event(result(1))), stays=True))
    began = time.perf_counter()
    answer, _ = called(server, plan_for)
    assert answer.body == result(1)
    assert began < answer.came < time.perf_counter() - 0.2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (chunked(EVENTS, event(NOTE)) + END, "ended without an answer"),
        (chunked(EVENTS, event(NOTE)), "in the middle"),
        (chunked(EVENTS, b"data: \xff\n\n"), "not UTF-8"),
    ],
)
def test_a_stream_without_an_answer_breaks_the_call(scripted, plan_for, data, words):
    with pytest.raises(BrokenError, match=words):
        called(scripted(says(data)), plan_for)


INITIALIZED = json.loads(result(0))
INITIALIZED["result"] = {"protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": {}}
BEGINNING = (
    response(json.dumps(INITIALIZED).encode(), "200 OK", "Mcp-Session-Id: s1"),
    response(b"", "202 Accepted"),
)


def session(server, plan_for):
    caller = stateful.client(plan_for(server.url, revision="2025-11-25"), 1)
    try:
        caller.open()
    except BrokenError:
        caller.close()
        raise
    return caller


def test_a_session_is_begun_named_in_every_request_and_ended(scripted, plan_for):
    asked = []

    def script(connection):
        for each in (*BEGINNING, response(result(1)), response(b"", "204 No Content")):
            asked.append(request(connection))
            connection.sendall(each)

    caller = session(scripted(script), plan_for)
    assert caller.call("describe", {}, 1).body == result(1)
    caller.close()
    assert [each.split(b" ")[0] for each in asked] == [b"POST", b"POST", b"POST", b"DELETE"]
    assert (
        json.loads(asked[0].partition(b"\r\n\r\n")[2])["params"]["protocolVersion"] == "2025-11-25"
    )
    assert b"mcp-session-id" not in asked[0].lower()
    assert all(b"Mcp-Session-Id: s1\r\n" in each for each in asked[1:])
    assert all(b"MCP-Protocol-Version: 2025-06-18\r\n" in each for each in asked[1:])


def test_a_session_that_the_server_has_forgotten_is_broken_and_not_said_goodbye_to(
    scripted, plan_for
):
    server = scripted(says(*BEGINNING, response(b"", "404 Not Found"), b"never"))
    caller = session(server, plan_for)
    with pytest.raises(BrokenError, match="does not know the session any more"):
        caller.call("describe", {}, 1)
    started = time.monotonic()
    caller.close()
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ((response(b"", "503 Service Unavailable"),), "initialize: HTTP 503"),
        ((BEGINNING[0], response(b"", "400 Bad Request")), "notifications/initialized: HTTP 400"),
    ],
)
def test_a_server_that_refuses_a_session_breaks_it(scripted, plan_for, data, words):
    with pytest.raises(BrokenError, match=words):
        session(scripted(says(*data)), plan_for)


def test_a_stream_closed_before_its_answer_is_taken_up_again(scripted, plan_for):
    first = chunked(EVENTS, event(b"", id="e1", retry=10)) + END
    asked = []

    def script(connection):
        for each in (*BEGINNING, first, chunked(EVENTS, event(result(1), id="e2")) + END):
            asked.append(request(connection))
            connection.sendall(each)

    caller = session(scripted(script), plan_for)
    assert caller.call("describe", {}, 1).body == result(1)
    assert asked[3].startswith(b"GET /mcp ")
    assert b"Last-Event-ID: e1\r\n" in asked[3]
    caller.close()


def test_a_session_s_stream_goes_on_where_it_was_closed(scripted, plan_for):
    asked = []

    def listened(*data):
        def script(connection):
            asked.append(request(connection))
            connection.sendall(b"".join(data))

        return script

    server = scripted(
        says(*BEGINNING, response(b"", "405 Method Not Allowed"), stays=True),
        listened(chunked(EVENTS, event(NOTE, id="e1", retry=1)), END),
        listened(chunked(EVENTS, event(NOTE, id="e2"))),  # closed in the middle
        listened(response(b"", "405 Method Not Allowed")),
    )
    caller = session(server, plan_for)
    stream = streams.stream_of_session(caller)
    stream.open()
    began = time.perf_counter()
    messages = stream.messages()
    two = list(itertools.islice(messages, 2))
    assert [each.body for each in two] == [NOTE, NOTE]
    assert began - 1 < two[0].at <= two[1].at <= time.perf_counter()
    with pytest.raises(BrokenError, match="no stream of events: HTTP 405"):
        next(messages)
    assert [b"Last-Event-ID: e" in each for each in asked] == [False, True, True]
    stream.close()
    caller.close()


def test_a_subscription_that_is_cut_is_broken_and_one_that_ends_is_over(scripted, plan_for):
    cut = chunked(EVENTS, event(NOTE, id="e1"))
    server = scripted(says(cut + END), says(cut))
    caller = stateless.client(plan_for(server.url), 1)
    stream = streams.subscription(caller, 5)
    stream.open()
    assert [each.body for each in stream.messages()] == [NOTE]
    with pytest.raises(BrokenError, match=r"in the middle|reset"):  # noqa: PT012  # where the cut shows is a race
        stream.open()
        list(stream.messages())
