"""The clients with servers that are nobody's script: the mock, and two real ones."""

import subprocess
import sys
from contextlib import contextmanager

import pytest
from real_servers import INSTALLED, served

from mcp_proof_load.clients import stateful, stateless, streams

MIRRORED = {"get_weather": {"Mcp-Param-City": ["city"]}}


@contextmanager
def mock():
    command = [sys.executable, "-m", "mcp_proof", "mock", "everything", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.fixture(scope="module")
def mock_url():
    with mock() as url:
        yield url


@contextmanager
def opened(caller):
    try:
        caller.open()
        yield caller
    finally:
        caller.close()


def test_the_mock_answers_a_stateless_client(mock_url, plan_for):
    with opened(stateless.client(plan_for(mock_url, parameter_headers=MIRRORED), 1)) as caller:
        answers = [caller.call("get_weather", {"city": "Tromsø"}, n) for n in range(1, 20)]
        assert all(not each.failure and "Tromsø".encode() in each.body for each in answers)
        assert caller.call("fail", {}, 20).failure == "isError: this tool always fails"
        assert caller.call("nowhere", {}, 21).failure == "error -32602: Unknown tool: nowhere"
        assert caller.call("ask_user", {}, 22).failure.startswith("HTTP 400: error -32021")


@pytest.mark.parametrize("revision", ["2025-03-26", "2025-11-25"])
def test_the_mock_answers_in_a_session(mock_url, plan_for, revision):
    with opened(stateful.client(plan_for(mock_url, revision=revision), 1)) as caller:
        answers = [caller.call("echo", {"message": f"m{n}"}, n) for n in range(1, 20)]
        assert [each.failure for each in answers] == [""] * 19
        assert all(f'"m{n}"'.encode() in each.body for n, each in enumerate(answers, 1))


def test_the_mock_acknowledges_a_subscription(mock_url, plan_for):
    caller = stateless.client(plan_for(mock_url), 1)
    stream = streams.subscription(caller, 5)
    stream.open()
    assert b"notifications/subscriptions/acknowledged" in next(stream.messages()).body
    stream.close()


@INSTALLED
def test_a_server_on_the_typescript_sdk_answers_in_a_session(plan_for):
    with (
        served("server-everything-http") as url,
        opened(stateful.client(plan_for(url, revision="2025-11-25"), 1)) as caller,
    ):
        answers = [caller.call("echo", {"message": f"m{n}"}, n) for n in range(1, 10)]
        stream = streams.stream_of_session(caller)
        stream.open()
        stream.close()
        assert [each.failure for each in answers] == [""] * 9
        assert all(f"m{n}".encode() in each.body for n, each in enumerate(answers, 1))
        assert caller.call("nowhere", {}, 20).failure


@INSTALLED
def test_a_server_on_the_python_sdk_answers_in_both_eras(plan_for):
    with served("sdk-http") as url:
        for kind in (stateless, stateful):
            with opened(kind.client(plan_for(url, revision="2025-11-25"), 1)) as caller:
                answers = [caller.call("echo", {"message": f"m{n}"}, n) for n in range(1, 10)]
                assert [each.failure for each in answers] == [""] * 9
                assert all(f"m{n}".encode() in each.body for n, each in enumerate(answers, 1))
                assert b"three" in caller.call("count", {}, 20).body
                assert caller.call("fail", {}, 21).failure.startswith("isError: ")


UNDER_LOCUST = """
import gevent.monkey
gevent.monkey.patch_all()
import sys, gevent
from mcp_proof_load.clients.stateful import client
from mcp_proof_load.plan import Plan

place = {"url": sys.argv[1], "headers": []}
plan = Plan(client="stateful", place=place, speech={"revision": "2025-11-25"}, operations=())

def work(number):
    caller = client(plan, number)
    caller.open()
    for call in range(20):
        text = f"{number}-{call}"
        answer = caller.call("echo", {"message": text}, 100 * number + call)
        assert f'"{text}"'.encode() in answer.body, answer
    caller.close()

gevent.joinall([gevent.spawn(work, number) for number in range(1, 31)], raise_error=True)
print("all have their own")
"""


def test_many_share_a_patched_process_and_none_gets_what_is_another_s(mock_url):
    command = [sys.executable, "-c", UNDER_LOCUST, mock_url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout == "all have their own\n", done.stderr
