"""The flawed server is healthy without a flag, and has the flaw that a flag names with one."""

import argparse
import asyncio
import time

import psutil
import pytest
from calling import Seen, connected, flawed_server, journal, load
from flaws import Flaws, add_flags

CALLS = 2000
USERS = 8


def loaded(*flags: str, stateless: bool = True, timeout: float = 5.0) -> tuple[Seen, dict]:
    with flawed_server(*flags) as (url, _pid):
        run = load(url, users=USERS, calls=CALLS, stateless=stateless, timeout=timeout)
        seen = asyncio.run(run)
        return seen, journal(url)


@pytest.mark.parametrize("stateless", [True, False])
def test_without_a_flag_every_answer_is_right_and_counted(stateless):
    seen, counted = loaded(stateless=stateless)
    assert seen.sent == seen.ended == seen.own == counted["calls"]["echo"]
    assert counted["flawed"] == {}
    assert counted["sessions"]["opened"] == (0 if stateless else USERS)


def test_1_in_n_answers_is_another_calls():
    seen, counted = loaded("--cross", "100")
    assert counted["flawed"]["crossed"] == len(seen.bodies) == seen.sent - seen.own
    assert seen.sent // 100 - 1 <= len(seen.bodies) <= seen.sent // 100


def test_nothing_is_crossed_where_one_call_follows_another():
    async def alone(url):
        return await load(url, users=1, calls=300)

    with flawed_server("--cross", "10") as (url, _pid):
        seen = asyncio.run(alone(url))
        assert seen.own == seen.sent
        assert journal(url)["flawed"] == {}


def test_1_in_n_calls_is_never_answered():
    seen, counted = loaded("--lose", "500", timeout=0.3)
    assert counted["flawed"]["lost"] == seen.sent - seen.ended == seen.sent // 500
    assert counted["calls"]["echo"] == seen.sent


@pytest.mark.parametrize("stateless", [True, False])
def test_1_in_n_answers_also_holds_what_another_session_said(stateless):
    seen, counted = loaded("--bleed", "100", stateless=stateless)
    assert counted["flawed"]["bled"] == len(seen.bodies) == seen.sent // 100
    assert all(body.count(b"mcpp-") == 3 for body in seen.bodies)


def test_1_in_n_answers_is_sent_twice_in_one_stream():
    seen, counted = loaded("--duplicate", "100")
    assert counted["flawed"]["duplicated"] == len(seen.bodies) == seen.sent // 100
    assert all(body.count(b"\n\n") == 2 for body in seen.bodies)


def test_1_in_n_calls_fails():
    seen, counted = loaded("--errors", "100")
    assert counted["flawed"]["errors"] == len(seen.bodies) == seen.sent // 100
    assert all(b'"isError":true' in body for body in seen.bodies)


def test_some_calls_wait_and_ever_longer():
    with flawed_server("--slow-down", "0.005") as (url, _pid):
        seen = asyncio.run(load(url, users=1, calls=100, timeout=30))
    assert seen.seconds[49] >= 0.005
    assert seen.seconds[99] >= 0.01  # it began 5 ms later, at least


def test_what_waits_waits_ever_longer_up_to_a_bound(monkeypatch):
    parser = argparse.ArgumentParser()
    add_flags(parser)
    flaws = Flaws(parser.parse_args(["--slow-down", "2.0"]))
    seconds = iter([10.0, 10.0, 12.0, 16.0, 100.0])  # the first of them also begins it
    monkeypatch.setattr("flaws.time.monotonic", lambda: next(seconds))
    waits = [flaws.wait() for _ in range(200)]
    assert {number: wait for number, wait in enumerate(waits, start=1) if wait} == {
        50: 0.005,
        100: 0.01,
        150: 0.04,
        200: 5.0,
    }


def test_a_call_takes_its_time():
    with flawed_server("--latency", "20") as (url, _pid):
        seen = asyncio.run(load(url, users=2, calls=10))
    assert min(seen.seconds) >= 0.02


@pytest.mark.parametrize("flag", ["--leak-handles", "--leak-threads"])
@pytest.mark.parametrize("stateless", [True, False])
def test_a_session_leaves_something_open(flag, stateless):
    async def sessions(url):
        for number in range(20):
            caller = await connected(url, Seen(), number, stateless=stateless)
            await caller.call()
            await caller.close()

    def used(process):
        return process.num_fds() if flag == "--leak-handles" else process.num_threads()

    with flawed_server(flag) as (url, pid):
        before = used(psutil.Process(pid))
        asyncio.run(sessions(url))
        assert used(psutil.Process(pid)) >= before + 20


def test_each_call_leaves_its_bytes():
    with flawed_server("--leak-bytes", "10000") as (url, pid):
        before = psutil.Process(pid).memory_info().rss
        asyncio.run(load(url, users=4, calls=CALLS))
        assert psutil.Process(pid).memory_info().rss - before > 10_000 * CALLS * 0.9


def test_it_pauses_in_each_second():
    with flawed_server("--pause", "200") as (url, _pid):
        seen, ends = asyncio.run(load(url, users=1, calls=1)), time.monotonic() + 1.3
        while time.monotonic() < ends and max(seen.seconds) < 0.1:
            seen = asyncio.run(load(url, users=1, calls=200))
        assert max(seen.seconds) > 0.1
