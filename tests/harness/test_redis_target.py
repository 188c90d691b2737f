"""A Redis as a target: its URL, what is told when nobody is there, and what is left behind."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import redis
from redis_server import running_redis

from mcp_proof.cli import main
from mcp_proof.errors import UsageError
from mcp_proof.recorder import Recorder
from mcp_proof.targets import RedisTarget, header_of, target_of
from mcp_proof.transports.redis import RedisConnection
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.transcript import Event
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

PASSWORD = "open-sesame-4711"
TOOLS = json.dumps(
    [
        {"name": n, "input_schema": {"type": "object"}, "annotations": {"readOnlyHint": True}}
        for n in "ab"
    ]
)
FAST = ("--timeout", "0.2", "--tool", "count_words")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def answer_once_and_end(url: str) -> None:
    """A worker that answers one request and takes the Redis with it at the second."""
    with redis.Redis.from_url(url) as client:
        _, entry = client.brpop(["mcp:requests"], timeout=20)
        request_id = json.loads(entry)["id"]
        client.set(f"mcp:responses:{request_id}", json.dumps({"result": {"words": 1}}), ex=60)
        client.brpop(["mcp:requests"], timeout=20)
        client.shutdown(nosave=True)


def take_one_and_freeze(url: str, process: int) -> None:
    """A worker that takes a request, whereupon the Redis answers nobody any more."""
    with redis.Redis.from_url(url) as client:
        client.brpop(["mcp:requests"], timeout=20)
        os.kill(process, signal.SIGSTOP)


def verify(*arguments: str) -> int:
    return main(["verify", *arguments])


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("redis://", "it needs redis:// or rediss://, and a host"),
        ("redis://host:0", "port 0 is no port"),
        ("redis://host:port", "Port could not be cast"),
        ("redis://host/requests", "its path is the number of a database"),
        ("redis://host/0?decode_responses=True", "options behind the path are not taken"),
        (f"redis://:{PASSWORD}@host:port", "it cannot be read"),
    ],
)
def test_what_is_no_address_of_a_redis_is_told_in_one_line(url, says, capsys):
    with pytest.raises(UsageError, match=f"is no address of a Redis: {says}"):
        target_of(url)
    assert verify(url) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "redis://localhost:6379/0" in said
    assert PASSWORD not in said


def test_credentials_show_nowhere(capsys):
    target = target_of(f"rediss://worker:{PASSWORD}@cache.example:6380/2")
    assert isinstance(target, RedisTarget)
    assert target.label == target.arguments == "rediss://cache.example:6380/2"
    assert PASSWORD in target.secrets.values
    assert PASSWORD not in repr(target)
    assert verify(*FAST, f"redis://:{PASSWORD}@127.0.0.1:1") == 3
    assert PASSWORD not in "".join(capsys.readouterr())


def test_headers_are_for_http(capsys):
    assert verify("--header", "A: b", "redis://localhost") == 2
    assert "header: it goes with an http URL" in capsys.readouterr().err


def test_no_redis_is_told_with_its_address(capsys):
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"redis://127.0.0.1:{free.getsockname()[1]}"
    assert verify(*FAST, url) == 3
    assert f"{url}: Error 111 connecting to" in capsys.readouterr().err
    assert main(["mock", "queue", "--redis", url]) == 3
    assert f"{url}: Error 111 connecting to" in capsys.readouterr().err


def test_what_listens_but_is_no_redis_is_given_up(capsys):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert verify(*FAST, f"redis://127.0.0.1:{silent.getsockname()[1]}") == 3
    assert "it does not answer" in capsys.readouterr().err


def test_a_redis_that_wants_a_password_says_so(capsys, redis_url):
    with redis.Redis.from_url(redis_url) as client:
        client.acl_setuser("somebody", enabled=True, passwords=[f"+{PASSWORD}"])
        wrong = redis_url.replace("//", "//somebody:another-word-12@")
        code = verify(*FAST, wrong)
        client.acl_deluser("somebody")
    assert code == 3
    said = capsys.readouterr().err
    assert "invalid username-password pair" in said
    assert "another-word-12" not in said


def test_a_list_from_which_nobody_takes_is_no_server_and_is_left_empty(capsys, redis_url):
    assert verify(*FAST, redis_url) == 3
    said = capsys.readouterr().err
    assert f"{redis_url}: nobody takes requests from the list mcp:requests" in said
    with redis.Redis.from_url(redis_url) as client:
        assert client.keys("*") == []


@pytest.mark.usefixtures("redis_server")
def test_a_redis_that_stops_answering_is_given_up(capsys):
    with running_redis() as url, redis.Redis.from_url(url) as client:
        process = int(client.info("server")["process_id"])
        client.set("mcp:tools", TOOLS)
        worker = threading.Thread(target=take_one_and_freeze, args=(url, process))
        worker.start()
        try:
            assert verify("--timeout", "1", url) == 3
        finally:
            worker.join()
            os.kill(process, signal.SIGCONT)
    assert f"{url}: it does not answer" in capsys.readouterr().err


@pytest.mark.usefixtures("redis_server")
def test_what_was_seen_before_a_redis_ended_is_kept(capsys):
    with running_redis() as url, redis.Redis.from_url(url) as client:
        client.set("mcp:tools", TOOLS)
        worker = threading.Thread(target=answer_once_and_end, args=(url,))
        worker.start()
        code = verify("--timeout", "5", "--report", "transcript=run.ndjson", url)
        worker.join()
    said = "".join(capsys.readouterr())
    assert code == 3
    assert f"{url}: " in said
    assert b"words" in Path("run.ndjson").read_bytes()


def test_what_was_recorded_is_judged_again_as_it_was(redis_url):
    with running(MockServer("queue", ["queue-response-expires"]), redis=redis_url):
        for report in ("first", "second"):
            transcript = ["--report", "transcript=run.ndjson"] if report == "first" else []
            target = redis_url if report == "first" else "run.ndjson"
            assert verify(*transcript, "--report", f"json={report}.json", target) == 0
    first, second = (json.loads(Path(f"{name}.json").read_text()) for name in ("first", "second"))
    assert first["dialect"] == second["dialect"] == "queue"
    outcomes = [
        {each["rule"]: each["verdict"] for each in report["verdicts"]} for report in (first, second)
    ]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0]["queue-response-expires"] == "violated"


def test_no_revision_is_spoken_over_a_redis(capsys, redis_url):
    assert verify("--revision", "2025-11-25", redis_url) == 2
    assert "MCP is not spoken over redis" in capsys.readouterr().err


def test_a_queue_is_spoken_nowhere_else(capsys):
    assert verify("--dialect", "queue", "http://127.0.0.1:1/") == 2
    assert "queue is spoken over redis, and not over http" in capsys.readouterr().err
    with pytest.raises(UsageError, match=r"running\(server, redis=URL\)"):
        target_of(MockServer("queue"))


def test_events_and_responses_of_others_are_neither_recorded_nor_removed(redis_url):
    mock = MockServer("queue")
    with running(mock, redis=redis_url), redis.Redis.from_url(redis_url) as client:

        def beside_others(_arguments: object) -> dict[str, int]:
            client.publish("tool.completed", '{"request_id": "theirs"}')
            return {"words": 2}

        mock.set_tool_response("count_words", beside_others)
        client.set("mcp:responses:theirs", "{}")
        assert verify("--report", "transcript=run.ndjson", redis_url) == 0
        assert sorted(client.keys("*")) == [b"mcp:responses:theirs", b"mcp:tools"]
    assert "theirs" not in Path("run.ndjson").read_text()


def test_a_flood_of_events_of_nobody_is_not_kept_and_ours_are_heard_all_the_same(
    redis_url, monkeypatch
):
    monkeypatch.setattr("mcp_proof.transports.redis.MANY_EVENTS", 3)
    mock = MockServer("queue")
    with running(mock, redis=redis_url), redis.Redis.from_url(redis_url) as client:

        def in_a_flood(_arguments: object) -> dict[str, int]:
            for _ in range(10):
                client.publish("tool.completed", '{"tool": "flood"}')
            return {"words": 2}

        mock.set_tool_response("count_words", in_a_flood)
        reports = ("--report", "transcript=run.ndjson", "--report", "json=run.json")
        assert verify(*reports, redis_url) == 1
    verdicts = {
        each["rule"]: each["verdict"]
        for each in json.loads(Path("run.json").read_text())["verdicts"]
    }
    assert [rule for rule, said in verdicts.items() if said == "violated"] == [
        "queue-completed-shape"
    ]
    assert verdicts["queue-completed-event"] == "passed"
    assert Path("run.ndjson").read_text().count("flood") == 3


def test_a_text_that_is_too_long_is_told_and_not_read(redis_url, monkeypatch):
    monkeypatch.setattr("mcp_proof.transports.redis.MAX_FRAME", 10)

    async def read() -> tuple[list[Json], list[Event | None]]:
        recorder = Recorder(header_of(target_of(redis_url)))
        connection = RedisConnection(redis_url, "queue-1", recorder, 5)
        await connection.open()
        try:
            seen = [await connection.look(key) for key in ("short", "long")]
            return seen, [await connection.take(key, "") for key in ("short", "long")]
        finally:
            await connection.close()

    with redis.Redis.from_url(redis_url) as client:
        client.mset({"short": "[12345678]", "long": "[123456789]"})
        client.expire("long", 60)
        seen, [short, long] = asyncio.run(read())
        assert client.exists("short", "long") == 0
    assert seen == [[12345678], None]
    assert short is not None
    assert short.message is not None
    assert long is not None
    assert (long.message, long.data["text"]) == (None, "a string of 11 bytes")
    assert long.data["expires"] == pytest.approx(60, abs=10)


def test_without_the_extra_its_name_is_told():
    code = (
        "import sys; sys.modules['redis'] = None\n"
        "from mcp_proof.cli import main\n"
        "print(main(['verify', 'redis://localhost']), main(['mock', 'queue']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "2 2\n"
    assert done.stderr.count("pip install 'mcp-proof[queue]'") == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("queue", "--port", "8000"), "listens nowhere: leave out --port"),
        (("queue", "--host", "127.0.0.1"), "listens nowhere: leave out --host"),
        (("queue", "--stdio"), "listens nowhere: leave out --stdio"),
        (("queue", "--control"), "listens nowhere: leave out --control"),
        (("everything", "--redis", "redis://localhost"), "--redis is for a queue"),
        (("queue", "--redis", "http://localhost"), "is no address of a Redis"),
        (("queue", "--fault", "latency:ms=5"), "latency"),
    ],
)
def test_options_that_mean_nothing_to_a_mock_are_refused(arguments, says, capsys):
    assert main(["mock", *arguments]) == 2
    assert says in capsys.readouterr().err
