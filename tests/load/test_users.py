"""What agents and listeners do, as the server sees it."""

import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import psutil
import pytest
from calling import flawed_server, journal
from planned import PLAN, carry_out
from pushing_server import pushing_server

from mcp_proof.errors import UsageError
from mcp_proof.options.loading import USER_KINDS
from mcp_proof_load.measuring.measured import delivered, together
from mcp_proof_load.planning import plan_of
from mcp_proof_load.survey.place import LISTENABLE

NAMES = """
from mcp_proof_load.users import USERS
from mcp_proof_load.clients.listening import BESIDE
print(*USERS); print(*BESIDE)
"""


def test_there_are_the_users_that_the_option_names():
    ran = subprocess.run([sys.executable, "-c", NAMES], capture_output=True, text=True, check=True)
    users, beside = (line.split() for line in ran.stdout.splitlines())
    assert tuple(users) == USER_KINDS
    assert {*beside, "stateless", "stateful"} == {*LISTENABLE}


def test_listeners_are_refused_where_nothing_can_be_listened_to():
    options = SimpleNamespace(user_kinds={"listener": 1})
    with pytest.raises(UsageError, match=r"--user listener: .*\(queue\) holds no stream open"):
        plan_of(replace(PLAN, client="queue"), options, ())


def by_name(came):
    names = {name for window in came.windows for name in window.operations}
    return {
        name: together(w.operations[name] for w in came.windows if name in w.operations)
        for name in names
    }


@pytest.mark.parametrize("client", ["stateless", "stateful"])
def test_agents_look_at_the_tools_before_they_call_them(client):
    with flawed_server() as (url, _pid):
        came = carry_out(
            url,
            client=client,
            user_kinds={"agent": 1},
            think="0.002",
            speech={"revision": "2026-07-28" if client == "stateless" else "2025-11-25"},
        )
        seen = journal(url)
    assert came.run.faults == []
    assert not came.run.windows.complaints
    parts = {name: measured.counts for name, measured in by_name(came).items()}
    assert parts["echo"].sent == parts["echo"].answered == seen["calls"]["echo"]
    sessions = parts["tools/list"].answered
    assert 3 * (sessions - 8) <= parts["echo"].answered <= 10 * sessions
    opened = seen["sessions"]["opened"]
    assert seen["requests"] == came.total.counts.sent + opened
    assert opened in ({0} if client == "stateless" else {*range(sessions, sessions + 9)})


def test_agents_think_also_where_nobody_says_how_long_and_ask_for_all_pages():
    with pushing_server() as server:
        came = carry_out(server.url, user_kinds={"agent": 1}, duration=1.5)
    parts = by_name(came)
    pages = parts["tools/list"].counts.answered
    assert pages == server.asked["tools/list"] >= 16
    assert pages % 2 == 0
    assert parts["echo"].counts.answered == server.asked.get("tools/call", 0) < 30


def test_what_is_delivered_is_timed_from_its_call_and_is_no_call():
    with pushing_server(delay=0.05) as server:
        came = carry_out(server.url, user_kinds={"caller": 1, "listener": 1}, users=4, think="0.02")
    assert came.run.faults == []
    came_in = delivered(window.deliveries for window in came.windows)
    counts = came.total.counts
    assert counts.answered == server.asked["tools/call"] > 100
    assert came_in.streams == server.asked["subscriptions/listen"] == 2
    assert came_in.messages <= server.told
    # But for the greeting of each stream, and what is still under way at the end.
    assert counts.answered * 2 * 0.8 < came_in.latency.count <= came_in.messages - 2
    assert came_in.latency.quantile(0.01) >= 0.05
    assert came_in.latency.quantile(0.3) < 0.07
    assert came.total.latency.quantile(0.3) < 0.04


def test_a_stream_that_ends_is_begun_anew_and_counted():
    with pushing_server(lasts=10) as server:
        came = carry_out(server.url, user_kinds={"caller": 1, "listener": 1}, users=2, think="0.01")
    came_in = delivered(window.deliveries for window in came.windows)
    assert came_in.streams == server.asked["subscriptions/listen"] >= 2


def test_a_server_without_a_stream_is_told_of():
    with flawed_server() as (url, _pid):
        came = carry_out(
            url, user_kinds={"caller": 1, "listener": 1}, users=2, think="0.05", duration=1.0
        )
    assert delivered(window.deliveries for window in came.windows).streams == 0
    assert any("no stream of events" in text for text in came.run.windows.complaints)
    assert came.total.counts.answered > 5


@pytest.mark.parametrize("kind", ["caller", "churn", "agent", "listener"])
def test_that_no_session_can_be_had_is_the_servers_fault_and_not_ours(kind):
    with flawed_server() as (url, pid):
        psutil.Process(pid).kill()
        came = carry_out(url, user_kinds={kind: 1}, duration=0.5)
    assert came.total.counts.answered == 0
    assert (came.run.faults, came.run.windows.faults) == ([], [])
    assert came.run.windows.complaints
