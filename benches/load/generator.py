"""Locust with one kind of user, in a process of its own: `generator.py KIND PORT CPU_SECONDS`.

It prints, as JSON, how many requests were answered and what CPU time that took, counted from when
all users are there.
"""

import itertools
import json
import os
import sys
import time
from typing import Any, Final

import gevent
from locust import FastHttpUser, HttpUser, User, task
from locust.env import Environment

from mcp_proof_load.clients.client import Client
from mcp_proof_load.clients.stateless import client
from mcp_proof_load.plan import Plan

USERS: Final = 64
PATIENCE: Final = 120.0
"""Seconds after which a run ends, however little CPU time it was given."""
ARGUMENTS: Final = {"city": "Reykjavik", "days": 3, "marker": "mcpp-0000000000001-0000000000001"}
BODY: Final = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {
            "name": "describe",
            "arguments": ARGUMENTS,
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": {"name": "mcp-proof", "version": "0.1.0"},
            },
        },
    },
    separators=(",", ":"),
).encode()
HEADERS: Final = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2026-07-28",
    "Mcp-Method": "tools/call",
    "Mcp-Name": "describe",
}
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


class Ours(User):
    """A user with our client, which tells locust of each call. Put the project's user here."""

    numbers = itertools.count(1)

    def on_start(self) -> None:
        """Connect."""
        place = {"url": f"{self.host}/mcp", "headers": []}
        plan = Plan(client="stateless", place=place, speech={}, operations=())
        self.mcp: Client = client(plan, 1)
        self.mcp.open()

    @task
    def work(self) -> None:
        """Call the tool."""
        began = time.perf_counter()
        answer = self.mcp.call("describe", ARGUMENTS, next(self.numbers))
        self.environment.events.request.fire(
            request_type="tools/call",
            name="describe",
            response_time=(time.perf_counter() - began) * 1000,
            response_length=len(answer.body),
            exception=answer.failure or None,
            context={},
        )


KINDS: Final[dict[str, Any]] = {"HttpUser": Requests, "FastHttpUser": Fast, "ours": Ours}


def used() -> float:
    """CPU time of this process so far."""
    times = os.times()
    return times.user + times.system


def main() -> None:
    """The command line."""
    kind, port, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    environment = Environment(user_classes=[KINDS[kind]], host=f"http://127.0.0.1:{port}")
    runner = environment.create_local_runner()
    runner.start(USERS, spawn_rate=USERS)
    while runner.user_count < USERS:
        gevent.sleep(0.05)
    gevent.sleep(0.5)  # by then all have begun
    total = environment.stats.total  # which `start` made anew
    cpu, requests, until = used(), total.num_requests, time.monotonic() + PATIENCE
    while used() - cpu < seconds and time.monotonic() < until:
        gevent.sleep(0.2)
    cpu, requests = used() - cpu, total.num_requests - requests
    failures = [str(error) for error in environment.stats.errors.values()]
    print(json.dumps({"requests": requests, "cpu": cpu, "failures": failures}), flush=True)
    os._exit(0)  # users that are never idle would have to be stopped one by one


if __name__ == "__main__":
    main()
