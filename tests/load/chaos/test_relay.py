"""A relay in a process of its own passes everything on, and disturbs it when it is told to."""

import asyncio
import os
import signal

import psutil
import pytest
from calling import Seen, connected, flawed_server, journal, load

from mcp_proof.errors import InternalError, UsageError
from mcp_proof_load.chaos.disturbing import chaos_before
from mcp_proof_load.chaos.relay_process import relay_before
from mcp_proof_load.chaos.schedule import scheduled_fault


@pytest.fixture(scope="module")
def server():
    with flawed_server() as (url, _pid):
        yield url


def relayed(url, faults, use):
    async def run():
        async with relay_before(url, faults) as relay:
            return await use(relay)

    return asyncio.run(run())


async def call(url, timeout=5.0):
    """Call once on a new connection; returns the answer, and how long it took."""
    seen = Seen()
    caller = await connected(url, seen, 1)
    answer = await caller.call(timeout=timeout)
    await caller.close()
    return answer, seen.seconds


def test_without_a_fault_every_call_arrives_once_and_is_answered(server):
    before = journal(server)["calls"].get("echo", 0)
    seen = relayed(server, ["reset"], lambda relay: load(relay.url, users=8, calls=500))
    assert seen.own == seen.sent
    assert journal(server)["calls"]["echo"] == before + seen.sent


def test_a_fault_acts_on_open_connections_while_it_is_on_and_only_then(server):
    async def use(relay):
        seen = Seen()
        caller = await connected(relay.url, seen, 1)
        await caller.call()
        assert not await relay.switch(0, on=True)
        await caller.call()
        assert await relay.switch(0, on=False)
        await caller.call()
        await caller.call()
        await caller.close()
        return seen.seconds

    before, during, _held_back, after = relayed(server, ["latency:ms=100"], use)
    assert during >= 0.1 > max(before, after)


def test_new_connections_are_reset_as_long_as_that_is_on(server):
    async def use(relay):
        await relay.switch(0, on=True)
        broken, _ = await call(relay.url)
        await relay.switch(0, on=False)
        whole, _ = await call(relay.url)
        return broken, whole

    broken, whole = relayed(server, ["reset"], use)
    assert broken == b""
    assert b"mcpp-" in whole


def test_a_fault_of_certain_calls_counts_from_when_it_is_on(server):
    async def use(relay):
        seen = Seen()
        caller = await connected(relay.url, seen, 1)
        for _ in range(3):
            await caller.call()
        await relay.switch(0, on=True)
        for _ in range(2):
            await caller.call()
        await caller.close()
        return [seconds >= 0.1 for seconds in seen.seconds]

    slow = relayed(server, ["latency:ms=100,call=2"], use)
    assert slow == [False, False, False, False, True]


def test_a_fault_that_meets_nothing_is_told_as_idle(server):
    async def use(relay):
        await relay.switch(0, on=True)
        return await relay.switch(0, on=False)

    assert relayed(server, ["latency"], use) is False


def test_faults_come_and_go_by_the_schedule_and_are_known_meanwhile(server):
    faults = [scheduled_fault("latency:ms=50@0.1+0.2"), scheduled_fault("reset@0.4+0.1")]

    async def run():
        loop = asyncio.get_running_loop()
        async with chaos_before(server, faults, timeout=0.0) as chaos:
            began, meanwhile = loop.time(), []
            running = asyncio.create_task(chaos.run(lambda: loop.time() - began, warm_up=0.1))
            while not running.done():
                _, took = await call(chaos.url)
                meanwhile.append((chaos.disturbances.disturbed(loop.time() - began), took))
            await running
            return chaos.disturbances.periods, meanwhile

    periods, meanwhile = asyncio.run(run())
    assert [(each.fault, each.acted) for each in periods] == [
        ("latency:ms=50", True),
        ("reset", True),
    ]
    due = zip(bounds_of(periods), (0.2, 0.4, 0.5, 0.6), strict=True)
    assert all(at >= scheduled for at, scheduled in due)
    assert any(known and took and took[0] >= 0.05 for known, took in meanwhile)


def bounds_of(periods):
    return [bound for period in periods for bound in (period.start, period.end)]


def test_an_interrupt_ends_the_fault_that_is_on(server):
    async def run():
        loop = asyncio.get_running_loop()
        async with chaos_before(server, [scheduled_fault("reset@0+60")], timeout=0.0) as chaos:
            began = loop.time()
            running = asyncio.create_task(chaos.run(lambda: loop.time() - began, warm_up=0.0))
            while (await call(chaos.url))[0]:
                assert not running.done()
            running.cancel()
            await asyncio.wait({running})
            return chaos.disturbances.periods, await call(chaos.url)

    [period], (answer, _) = asyncio.run(run())
    assert period.end - period.start < 50
    assert b"mcpp-" in answer


def test_a_server_that_is_gone_resets_and_comes_back_through_the_same_relay():
    async def use(relay):
        try:
            return (await call(relay.url))[0]
        except ConnectionResetError:  # where it is reset before the client has seen it open
            return b""

    with flawed_server() as (url, _pid):
        gone = url
    assert relayed(gone, ["latency"], use) == b""


def test_a_relay_that_dies_is_our_own_fault(server):
    async def use(relay):
        os.kill(relay._process.pid, signal.SIGKILL)
        await relay._process.wait()
        await relay.switch(0, on=True)

    with pytest.raises(InternalError, match="ended by itself, with exit code -9"):
        relayed(server, ["latency"], use)


def test_credentials_of_a_queue_stay_in_its_url_and_off_the_command_line():
    async def use(relay):
        return relay.url, psutil.Process(relay._process.pid).cmdline()

    url, command = relayed("redis://user:hidden@127.0.0.1:1/0", ["latency"], use)
    assert url.startswith("redis://user:hidden@127.0.0.1:")
    assert url.endswith("/0")
    assert "hidden" not in str(command)


def test_tls_is_refused_with_the_way_out(server):
    with pytest.raises(UsageError, match="over TLS are encrypted"):
        relayed(server.replace("http:", "https:"), ["latency"], None)
