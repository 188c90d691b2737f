import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import redis
from redis_server import COMMAND, REQUIRED, running_redis

from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

pytestmark = pytest.mark.skipif(
    not COMMAND and not REQUIRED, reason="there is no redis-server to be started"
)
OPEN, CLOSE = ["open"], ["close"]
ECHO = {
    "name": "say",
    "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}},
    "answer": {"structured": {"said": "{{ text }}"}},
}
FAILING = {**ECHO, "name": "fail", "answer": {"error": "It is broken."}}
CONTRACT = {"info": {"name": "q", "version": "1"}, "dialect": "queue", "tools": [ECHO, FAILING]}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a real Redis."""
    with running_redis() as url:
        yield url


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """The URL of the Redis, which is empty before and must be after."""
    with redis.Redis.from_url(server) as client:
        client.flushdb()
        yield server
        assert not client.keys()


def plan(url, **members):
    return {"client": "queue", "place": {"url": url, "headers": []}, **members}


def say(text, number, name="say"):
    return ["call", name, {"text": text}, number]


@contextmanager
def worker(url: str, answer: Callable[[dict], object], after: int = 0) -> Iterator[None]:
    """Somebody who takes so many requests without a word, and answers all with the next one."""

    def work() -> None:
        with redis.Redis.from_url(url) as client:
            taken = [client.brpop("mcp:requests", timeout=10)[1] for _ in range(after + 1)]
            for request in map(json.loads, taken):
                told = answer(request)
                raw = told if isinstance(told, bytes) else json.dumps(told)
                client.set(f"mcp:responses:{request['id']}", raw)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join()


@pytest.mark.parametrize("connections", [0, 1, 2])
def test_the_mock_answers_many_calls_at_once(drive, url, connections):
    sessions = [[OPEN, say(text, n), say("x", n + 10), CLOSE] for n, text in enumerate("abcd")]
    with running(MockServer(CONTRACT), redis=url):
        ran = drive(plan(url, connections=connections), *sessions)
    answers = [json.loads(session[1]["body"])["result"]["said"] for session in ran.sessions]
    assert answers == ["a", "b", "c", "d"]
    assert [session[2]["failure"] for session in ran.sessions] == [""] * 4


def test_a_failure_is_told(drive, url):
    with running(MockServer(CONTRACT), redis=url):
        ran = drive(plan(url), [OPEN, say("a", 1, "fail"), CLOSE])
    assert ran.sessions[0][1]["failure"] == "It is broken."


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"request_id": "other", "result": 1}, "it answers the request "),
        (b"hello", "the response is no JSON object"),
        (b"[]", "the response is no JSON object"),
        ({"success": False}, "it says no reason"),
    ],
)
def test_what_is_no_good_answer_is_told(drive, url, answer, told):
    with worker(url, lambda _request: answer):
        ran = drive(plan(url), [OPEN, say("a", 1), CLOSE])
    assert ran.sessions[0][1]["failure"].startswith(told)


def test_a_request_that_nobody_takes_is_silent_and_taken_back(drive, url):
    ran = drive(plan(url, timeout=0.2), [OPEN, say("a", 1), CLOSE])
    told = "no response within 0.2 s; nobody took it from the list"
    assert ran.sessions[0][1] == {"silent": told}


def test_what_is_answered_too_late_is_removed_in_the_end(drive, url):
    with worker(url, lambda request: {"request_id": request["id"], "result": 1}, after=1):
        ran = drive(plan(url, timeout=0.5), [OPEN, say("a", 1), say("b", 2), CLOSE])
    [_, first, second, _] = ran.sessions[0]
    assert first == {"silent": "no response within 0.5 s; it was taken from the list"}
    assert second["failure"] == ""


def test_where_no_redis_is_nothing_is_opened(drive):
    ran = drive(plan("redis://127.0.0.1:9/0"), [OPEN, CLOSE])
    assert ran.sessions[0][0]["broken"].startswith("no Redis answers: ")
