"""Locust with one kind of user, in a process of its own.

    generator.py KIND PORT CPU_SECONDS [USERS]

It prints, as JSON, how many requests were answered and what CPU time that took, counted from when
all users are there, and how much memory it had in the end.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import gevent
from locust import FastHttpUser, HttpUser, User, task
from locust.env import Environment
from the_call import ARGUMENTS, BODY, HEADERS, LISTED, LISTING

from mcp_proof_contracts.transcript import Event, EventKind, Sender, event_line
from mcp_proof_contracts.wire import parse
from mcp_proof_load.engine.desk import Desk
from mcp_proof_load.engine.environment import environment_of, weighted
from mcp_proof_load.measuring.measured import Counts
from mcp_proof_load.plan import Operation, Plan
from mcp_proof_load.users import USERS

MANY: Final = 64
"""Users, each with a connection, where nobody says."""
PATIENCE: Final = 120.0
"""Seconds after which a run ends, however little CPU time it was given."""
NAME: Final = "tools/call describe"


class Requests(HttpUser):
    """Locust's own user."""

    @task
    def work(self) -> None:
        """Call the tool."""
        self.client.post("/mcp", data=BODY, headers=HEADERS, name=NAME)


class Fast(FastHttpUser):
    """Locust's fast user."""

    @task
    def work(self) -> None:
        """Call the tool."""
        self.client.post("/mcp", data=BODY, headers=HEADERS, name=NAME)


def opening() -> tuple[str, ...]:
    """The list of tools, which the rules need, as lines of a transcript."""
    said = ((Sender.CLIENT, LISTING), (Sender.SERVER, LISTED))
    events = [
        Event(
            seq=seq,
            at=0.0,
            session="sampled",
            channel="memory",
            sender=sender,
            kind=EventKind.MESSAGE,
            message=parse(json.dumps(members).encode()),
        )
        for seq, (sender, members) in enumerate(said)
    ]
    return tuple(event_line(event).decode() for event in events)


def ours(
    url: str, client: str = "stateless", revision: str = "2026-07-28", check: float = 0.0
) -> Environment:
    """The project's own user, counted and looked at as in every load run, under `--check 0`."""
    operation = Operation(name="describe", weight=1, arguments=(ARGUMENTS,), marker="marker")
    plan = Plan(
        client=client,
        place={"url": f"{url}/mcp", "headers": []},
        speech={"revision": revision},
        operations=(operation,),
        user_kinds={"caller": 1},
        check=check,
        opening=opening() if check else (),
    )
    desk = Desk()
    desk.follow(plan)
    environment = environment_of(desk, weighted(USERS, plan))
    environment.host = url
    return environment


def locusts(user: type[User]) -> Callable[[str], Environment]:
    """One of locust's own users."""
    return lambda url: Environment(user_classes=[user], host=url)


KINDS: Final = {
    "HttpUser": locusts(Requests),
    "FastHttpUser": locusts(Fast),
    "ours": ours,
    "ours, sessions": partial(ours, client="stateful", revision="2025-11-25"),
    "ours, all judged": partial(ours, check=1.0),
}


def used() -> float:
    """CPU time of this process so far."""
    times = os.times()
    return times.user + times.system


def ended(environment: Environment) -> int:
    """Calls so far: ours by the ledger, as locust counts them only for its web interface."""
    desk = getattr(environment.user_classes[0], "desk", None)
    if desk is None:
        return int(environment.stats.total.num_requests)
    return sum(Counts.of(row.counts).ended for row in desk.ledger.read().values())


def failed(environment: Environment) -> list[str]:
    """What went wrong with calls."""
    desk = getattr(environment.user_classes[0], "desk", None)
    told = environment.stats.errors.values() if desk is None else desk.report().complaints
    return [str(each) for each in told]


def main() -> None:
    """The command line."""
    kind, port, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    many = int(sys.argv[4]) if len(sys.argv) > 4 else MANY  # noqa: PLR2004  # a fourth word
    environment = KINDS[kind](f"http://127.0.0.1:{port}")
    runner = environment.create_local_runner()
    runner.start(many, spawn_rate=many)
    while runner.user_count < many:
        gevent.sleep(0.05)
    gevent.sleep(0.5)  # by then all have begun
    cpu, requests, until = used(), ended(environment), time.monotonic() + PATIENCE
    while used() - cpu < seconds and time.monotonic() < until:
        gevent.sleep(0.2)
    cpu, requests = used() - cpu, ended(environment) - requests
    failures = failed(environment)
    memory = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    measured = {"requests": requests, "cpu": cpu, "memory": memory, "failures": failures}
    print(json.dumps(measured), flush=True)
    os._exit(0)  # users that are never idle would have to be stopped one by one


if __name__ == "__main__":
    main()
