"""S13, queue and event bus: requests on a list, results read once, events on channels."""

import asyncio
import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from redis_server import running_redis

from mcp_proof import MockServer
from mcp_proof.events import VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import RedisTarget
from mcp_proof_contracts.rule import Outcome, Verdict
from mcp_proof_mocks.dialects.callback import called_back
from mcp_proof_mocks.running import running

WORKER = Path(__file__).parents[1] / "peers/queue_worker.py"
BOUND = 20
Client = redis.Redis


@pytest.fixture
def client(redis_url) -> Iterator[Client]:
    """A client of an empty Redis."""
    with redis.Redis.from_url(redis_url, decode_responses=True) as connected:
        yield connected


@pytest.fixture
def mock(redis_url) -> Iterator[MockServer]:
    """The mock of the library, serving."""
    server = MockServer("queue")
    with running(server, redis=redis_url):
        yield server


@contextmanager
def worker(url: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The worker of tests/peers, working."""
    command = [sys.executable, str(WORKER), url, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def submit(client: Client, tool: str, arguments: object, **members: object) -> str:
    """Push a request as the document does; gives its id."""
    request_id = str(uuid.uuid4())
    request = {
        "id": request_id,
        "tool": tool,
        "arguments": arguments,
        "callback_url": None,
        "timestamp": datetime.now(UTC).isoformat(),
    }
    client.lpush("mcp:requests", json.dumps({**request, **members}))
    return str(members.get("id", request_id))


def result(client: Client, request_id: str, timeout: float = BOUND) -> Any:
    """Poll for a result as the document does: it is read once."""
    key, end = f"mcp:responses:{request_id}", time.monotonic() + timeout
    while time.monotonic() < end:
        if (found := client.get(key)) is not None:
            client.delete(key)
            return json.loads(str(found))
        time.sleep(0.01)
    return None


def verified(url: str, **options: Any) -> dict[str, Verdict]:
    """Verify what is behind a Redis; gives the verdicts by rule id."""

    async def run() -> dict[str, Verdict]:
        chosen = VerifyOptions(**{"timeout": 5, **options})
        verification = Verification(RedisTarget(url), chosen)
        async with asyncio.timeout(60):
            events = [event async for event in verification.events()]
        assert not verification.faults
        reached = [event.verdict for event in events if isinstance(event, VerdictReached)]
        return {verdict.rule.id: verdict for verdict in reached}

    return asyncio.run(run())


def of(verdicts: dict[str, Verdict], outcome: Outcome) -> set[str]:
    return {rule for rule, verdict in verdicts.items() if verdict.outcome is outcome}


# What the document's clients do


def test_a_submitted_request_has_its_result_under_its_id_and_it_is_read_once(client, mock):
    first = submit(client, "count_words", {"text": "two words"})
    second = submit(client, "find_contact", {"name": "Ada"})
    found = result(client, second)
    assert found["result"] == {"name": "Ada", "email": "someone@example.com"}
    assert result(client, first)["result"] == {"words": 2}
    assert client.get(f"mcp:responses:{first}") is None
    assert [(call.name, call.arguments) for call in mock.call_history] == [
        ("count_words", {"text": "two words"}),
        ("find_contact", {"name": "Ada"}),
    ]


@pytest.mark.usefixtures("mock")
def test_a_result_that_nobody_reads_expires(client):
    request_id = submit(client, "count_words", {"text": "two words"})
    later = submit(client, "count_words", {"text": ""})
    assert result(client, later) is not None
    assert 0 < client.ttl(f"mcp:responses:{request_id}") <= 3600


def test_a_client_that_waits_in_vain_gets_nothing(client, mock):
    mock.inject("no-response", tool="count_words")
    lost = submit(client, "count_words", {"text": "two words"})
    assert result(client, submit(client, "find_contact", {"name": "Ada"})) is not None
    assert result(client, lost, timeout=0.05) is None


@pytest.mark.usefixtures("mock")
def test_an_event_that_asks_for_a_tool_is_followed_by_one_that_tells_its_end(client):
    events = client.pubsub(ignore_subscribe_messages=True)
    events.subscribe("tool.completed")
    assert events.get_message(timeout=BOUND) is None  # the confirmation
    asked = {"request_id": "r-1", "tool": "count_words", "arguments": {"text": "two words"}}
    assert client.publish("tool.requested", json.dumps({**asked, "context": {"user": "u"}})) == 1
    told = events.get_message(timeout=BOUND)
    events.close()
    assert told is not None
    expected = {"request_id": "r-1", "tool": "count_words", "result": {"words": 2}}
    assert json.loads(told["data"]) == expected


@pytest.mark.usefixtures("mock")
def test_a_callback_url_on_this_machine_gets_the_response_too(client):
    heard: list[dict[str, Any]] = []
    done = threading.Event()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            done.set()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/done"
            request_id = submit(client, "count_words", {"text": "a"}, callback_url=url)
            response = result(client, request_id)
            assert done.wait(BOUND)
        finally:
            server.shutdown()
            thread.join()
    assert heard == [response]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://callback.invalid/", "://", 7])
@pytest.mark.usefixtures("mock")
def test_a_callback_that_cannot_be_made_loses_nothing(url, client):
    request_id = submit(client, "count_words", {"text": "a"}, callback_url=url)
    assert result(client, request_id)["request_id"] == request_id
    assert result(client, submit(client, "count_words", {"text": ""})) is not None


@pytest.mark.parametrize(
    ("url", "tried"),
    [
        ("http://127.0.0.1:1/", True),
        ("http://callback.invalid/", False),
        ("://", False),
        (7, False),
    ],
)
def test_only_this_machine_is_called_back_and_told_of_when_it_does_not_answer(url, tried, capfd):
    asyncio.run(called_back(url, b"{}"))
    told = "the callback_url of a request does not answer" in capfd.readouterr().err
    assert told == tried


def test_a_request_that_a_killed_mock_had_taken_is_answered_by_the_next(
    client, redis_url, tmp_path
):
    contract = tmp_path / "slow.yaml"
    contract.write_text(
        "info: {name: slow, version: 1.0.0}\ndialect: queue\ntools:\n- name: think\n"
        "  inputSchema: {type: object}\n  latency: 60000\n  answer: {text: never}\n"
    )
    command = [sys.executable, "-m", "mcp_proof", "mock", str(contract), "--redis", redis_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"{redis_url}\n"
            request_id = submit(client, "think", {})
            wait_until(lambda: client.llen("mcp:processing") == 1)
        finally:
            process.kill()
    quick = MockServer({"dialect": "queue", "tools": [{"name": "think", "answer": {"text": "ok"}}]})
    with running(quick, redis=redis_url):
        assert result(client, request_id)["result"] == "ok"
    assert client.keys("*") == []


def test_more_than_is_worked_for_at_once_waits_and_none_of_it_is_lost(client, redis_url, capfd):
    server = MockServer("queue")
    under_way, most = 0, 0

    async def work(_arguments: object) -> str:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.05)
        under_way -= 1
        return "done"

    server.register_mock_tool("work", work)
    asked = {"tool": "work", "arguments": {}}
    with running(server, redis=redis_url), client.pubsub(ignore_subscribe_messages=True) as events:
        events.subscribe("tool.completed")
        assert events.get_message(timeout=BOUND) is None  # the confirmation
        with client.pipeline() as together:
            for number in range(300):
                together.publish("tool.requested", json.dumps({**asked, "request_id": f"{number}"}))
            for number in range(300, 500):
                together.lpush("mcp:requests", json.dumps({**asked, "id": f"{number}"}))
            together.execute()
        told = [json.loads(events.get_message(timeout=BOUND)["data"]) for _ in range(500)]
        wait_until(lambda: client.llen("mcp:processing") == 0)
    assert sorted(int(each["request_id"]) for each in told) == [*range(500)]
    assert all(each["result"] == "done" for each in told)
    assert most == 100
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("redis_server")
def test_a_response_is_written_when_a_redis_that_was_away_comes_back(monkeypatch, capfd):
    monkeypatch.setattr("mcp_proof_mocks.dialects.queue.PAUSE", 0.05)
    server, goes_on = MockServer("queue"), threading.Event()

    async def work(_arguments: object) -> str:
        await asyncio.to_thread(goes_on.wait, BOUND)
        return "done"

    server.register_mock_tool("work", work)
    with ExitStack() as serving:
        with running_redis() as url, redis.Redis.from_url(url, decode_responses=True) as client:
            serving.enter_context(running(server, redis=url))
            request_id = submit(client, "work", {})
            wait_until(lambda: client.llen("mcp:processing") == 1)
        goes_on.set()
        with (
            running_redis(urlsplit(url).port),
            redis.Redis.from_url(url, decode_responses=True) as client,
        ):
            assert result(client, request_id)["result"] == "done"
            serving.close()
    told = set(capfd.readouterr().err.splitlines())
    assert all(line.startswith("mcp-proof mock: the Redis does not answer: ") for line in told)


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + BOUND
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


# Real workers, judged


def test_a_careful_worker_violates_nothing(redis_url, client):
    with worker(redis_url):
        verdicts = verified(redis_url)
        assert client.keys("*") == ["mcp:tools"]
    assert of(verdicts, Outcome.VIOLATED) == set()
    assert of(verdicts, Outcome.UNTESTED) == set()


def test_a_careless_worker_is_told_what_it_lacks_and_nothing_else(redis_url, client):
    with worker(redis_url, "careless") as process:
        verdicts = verified(redis_url, timeout=1)
        assert process.wait(BOUND) != 0
    assert of(verdicts, Outcome.VIOLATED) == {
        "queue-response-expires",
        "queue-unknown-tool-refused",
        "queue-arguments-checked",
        "queue-bad-request-refused",
        "queue-failure-completed",
        "queue-goes-on",
    }
    assert of(verdicts, Outcome.UNTESTED) == {"queue-response-id"}
    [finding] = verdicts["queue-goes-on"].findings
    assert finding.message == "after entries that are no requests the next one was not taken"
    assert client.keys("*") == ["mcp:tools"]


def test_a_worker_that_lists_no_tools_is_judged_by_those_that_the_user_names(redis_url, client):
    with worker(redis_url):
        client.delete("mcp:tools")
        verdicts = verified(redis_url, tools=("count_words",))
    assert of(verdicts, Outcome.VIOLATED) == set()
    assert verdicts["queue-request-answered"].outcome is Outcome.PASSED
    assert verdicts["queue-goes-on"].outcome is Outcome.PASSED
    assert of(verdicts, Outcome.UNTESTED) == {
        "queue-answered-once",
        "queue-arguments-checked",
        "queue-completed-event",
        "queue-output-schema-kept",
    }


def test_a_tool_whose_arguments_nobody_knows_is_no_proof_against_a_silent_worker(redis_url, client):
    with worker(redis_url, "careless"):
        client.delete("mcp:tools")
        verdicts = verified(redis_url, tools=("count_words",), probes=(), timeout=0.5)
    answered = verdicts["queue-request-answered"]
    assert (answered.outcome, answered.reason) == (
        Outcome.UNTESTED,
        "what the tool takes is not listed under mcp:tools: its request may be at fault",
    )


# Bad input

GOOD = {"id": "bad-input", "tool": "count_words", "arguments": {"text": "two words"}}
NO_ANSWER = {
    "no JSON": b'{"id": "bad-input", ',
    "no UTF-8": b'{"id": "bad-input", "tool": "\xff"}',
    "no object": b'["bad-input"]',
    "a number": b"7",
    "no id": json.dumps({**GOOD, "id": None}).encode(),
    "too deep": b'{"id": "bad-input", "arguments": ' + b"[" * 9000 + b"]" * 9000 + b"}",
}
ERRORS = {
    "unknown tool": {**GOOD, "tool": "count_wrods"},
    "no tool": {**GOOD, "tool": None},
    "a tool that is an object": {**GOOD, "tool": {"name": "count_words"}},
    "no arguments": {**GOOD, "arguments": None},
    "arguments that are a text": {**GOOD, "arguments": "two words"},
    "an argument missing": {**GOOD, "arguments": {}},
    "an argument of a wrong type": {**GOOD, "arguments": {"text": 7}},
    "a huge argument of a wrong type": {**GOOD, "arguments": {"text": ["x" * 5_000_000]}},
}
SERVED = {
    "a huge text": {**GOOD, "arguments": {"text": "x" * 5_000_000}},
    "an expired timestamp": {**GOOD, "timestamp": "2001-01-01T00:00:00"},
    "members that nobody knows": {**GOOD, "priority": 9},
}


@pytest.fixture(params=["mock", "worker"])
def served(request, redis_url) -> Iterator[None]:
    """A server: the mock, or the worker of tests/peers."""
    if request.param == "worker":
        with worker(redis_url):
            yield
    else:
        with running(MockServer("queue"), redis=redis_url):
            yield


def is_served(client: Client) -> bool:
    answer = result(client, submit(client, "count_words", {"text": "two words"}))
    return answer is not None and answer["result"] == {"words": 2}


@pytest.mark.usefixtures("served")
def test_entries_that_nobody_can_answer_are_skipped_and_the_next_request_is_served(client):
    for name, entry in NO_ANSWER.items():
        client.lpush("mcp:requests", entry)
        assert is_served(client), name
    assert client.get("mcp:responses:bad-input") is None


@pytest.mark.usefixtures("served")
def test_each_bad_request_gets_an_error_and_the_next_one_is_served(client):
    for name, entry in ERRORS.items():
        client.lpush("mcp:requests", json.dumps(entry))
        answer = result(client, "bad-input")
        assert (answer["request_id"], "result" in answer) == ("bad-input", False), name
        assert answer["error"], name
        assert is_served(client)


@pytest.mark.usefixtures("served")
def test_what_is_only_unusual_is_served(client):
    for name, entry in SERVED.items():
        client.lpush("mcp:requests", json.dumps(entry))
        assert "words" in result(client, "bad-input")["result"], name


@pytest.mark.usefixtures("served")
def test_two_requests_with_one_id_leave_one_response(client):
    client.lpush("mcp:requests", json.dumps(GOOD), json.dumps(GOOD))
    assert is_served(client)
    assert result(client, "bad-input")["request_id"] == "bad-input"


@pytest.mark.parametrize(
    "entry",
    [
        {**GOOD, "timestamp": 7},
        {**GOOD, "callback_url": ["http://127.0.0.1/"]},
        {**GOOD, "tool": ""},
    ],
)
@pytest.mark.usefixtures("mock")
def test_the_mock_names_the_member_that_is_wrong(entry, client):
    client.lpush("mcp:requests", json.dumps(entry))
    [name] = [name for name in entry if entry[name] != GOOD.get(name)]
    assert f"/{name}" in result(client, "bad-input")["error"]


@pytest.mark.usefixtures("mock")
def test_a_bad_event_does_not_keep_the_next_from_being_completed(client):
    events = client.pubsub(ignore_subscribe_messages=True)
    events.subscribe("tool.completed")
    assert events.get_message(timeout=BOUND) is None  # the confirmation
    good = {"request_id": "good", "tool": "count_words", "arguments": {"text": ""}}
    for event in ("no JSON", [], {"request_id": 7}, {"request_id": "bad"}, good):
        client.publish("tool.requested", json.dumps(event) if event != "no JSON" else event)
    told = [json.loads(events.get_message(timeout=BOUND)["data"]) for _ in range(2)]
    events.close()
    assert {each["request_id"]: set(each) - {"request_id", "tool"} for each in told} == {
        "bad": {"error"},
        "good": {"result"},
    }


def test_a_strict_mock_fails_after_an_entry_that_nobody_can_answer(client, redis_url):
    def serve_nonsense() -> None:
        with running(MockServer("queue", strict=True), redis=redis_url):
            client.lpush("mcp:requests", "nonsense")
            assert is_served(client)

    with pytest.raises(AssertionError, match="mcp:requests: an entry that is no request: nonsense"):
        serve_nonsense()
