"""The open model's turns; in a process of its own, since gevent must not get into pytest."""

import json
import subprocess
import sys

import pytest

SCRIPT = """
import json, time
from gevent import spawn, joinall
from gevent.event import Event
from mcp_proof_load.engine.pace import pace_of
from mcp_proof_load.plan import Plan

def plan(rate, duration):
    return Plan(client="rest", place={}, speech={}, operations=(), warm_up=0.0, rate=rate,
                users=10, duration=duration)

def user(pace, leaving, taken):
    while (turn := pace.wait(leaving)).intended < 1e9 and not leaving.is_set():
        taken.append((turn.intended, time.perf_counter()))

def run(rate, duration, leave=0):
    pace, taken = pace_of(plan(rate, duration), 0, 1), []
    leaving = [Event() for _ in range(10)]
    users = [spawn(user, pace, each, taken) for each in leaving]
    for each in leaving[:leave]:
        Event().wait(duration / 20)
        each.set()
    joinall(users[:leave])
    Event().wait(duration + 0.2)
    ended = [each.ready() for each in users]
    for each in leaving:
        each.set()
    joinall(users, timeout=5)
    return taken, ended, all(each.ready() for each in users)

taken, ended, all_ended = run(200.0, 1.0)
left, _, _ = run(200.0, 1.0, leave=9)
print(json.dumps({"taken": taken, "all_ended": all_ended, "left": left}))
"""


@pytest.fixture(scope="module")
def told():
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True)
    return json.loads(ran.stdout)


def test_every_start_is_taken_once_in_order_and_not_before_its_time(told):
    starts = [intended for intended, _ in told["taken"]]
    assert starts == sorted({*starts})
    assert len(starts) == pytest.approx(200, abs=1)
    assert all(began >= intended for intended, began in told["taken"])


def test_calls_begin_more_exactly_than_a_loop_counts_milliseconds(told):
    late = sorted(began - intended for intended, began in told["taken"])
    # Timers of epoll would be 0.8 ms late; the machine itself may be busy now and then.
    assert late[len(late) // 3] < 0.0005


def test_a_user_who_leaves_takes_no_start_along(told):
    starts = [intended for intended, _ in told["left"]]
    assert len({*starts}) == len(starts) == pytest.approx(200, abs=1)


def test_users_who_wait_for_a_start_that_never_comes_end_when_they_are_told(told):
    assert told["all_ended"]
