"""A user that does what agents do: look at what there is, think, call several tools, and leave."""

import time
from collections import deque
from typing import Final

from locust import task

from mcp_proof_load.arrivals.think import think_time
from mcp_proof_load.clients.client import BrokenError, Client, Discovered, SilentError
from mcp_proof_load.measuring.ledger import BROKEN, SILENT
from mcp_proof_load.users.planned_user import IDLE, PAUSE_AFTER_BREAK, PlannedUser

FEWEST: Final = 3
MOST: Final = 10
"""Calls of a session."""
THINKING: Final = "exponential:1"
"""The time between two calls, where the plan has none: people and models take their time."""
MOST_PARTS: Final = 100
"""Parts of what a server tells of its tools that are asked for, at most."""


class Agent(PlannedUser):
    """Sessions of agents, one after the other."""

    def on_start(self) -> None:
        """Have thoughts of its own."""
        super().on_start()
        timed = self.plan.think or self.plan.rate is not None or self.plan.recorded
        self._think = think_time("" if timed else THINKING, str(self.random.random()))

    @task
    def work(self) -> None:
        """Live through one session."""
        if not self.going:
            self.leaving.wait(IDLE)
            return None
        if not self.discover():
            return self.leave()
        for _ in range(self.random.randint(FEWEST, MOST)):
            self.leaving.wait(self._think())
            if (turn := self.wait_for_turn()) is None:
                break
            self.take(turn)
        return self.leave()

    def discover(self) -> bool:
        """Ask which tools there are, for all parts of it; return whether there was an answer.

        That counts like calls, as an operation of its own.
        """
        client = self.opened()
        parts = deque([""] if client.discovery else [])
        for _ in range(MOST_PARTS):
            if not parts or not self.going:
                break
            found = self._part(client, parts.popleft())
            if found is None:
                return False
            parts.extend(found.following)
        return self.going

    def _part(self, client: Client, part: str) -> Discovered | None:
        desk, name = self.desk, client.discovery
        position, number = desk.ledger.position[name], desk.number()
        began = time.perf_counter()
        self.begin(position)
        try:
            found = client.discover(number, part)
        except SilentError as error:
            desk.silent(name, time.monotonic() - (time.perf_counter() - began))
            self.lose(position, SILENT, error, name, began)
            return None
        except BrokenError as error:
            self.lose(position, BROKEN, error, name, began)
            self.leaving.wait(PAUSE_AFTER_BREAK)
            return None
        self.end(position, name, found.answer, began)
        return found
