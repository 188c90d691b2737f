"""A user that does what agents do: look at what there is, think, call several tools, and leave."""

import time
from typing import Final

from locust import task

from mcp_proof_load.arrivals.think import think_time
from mcp_proof_load.clients.client import Client, Discovered
from mcp_proof_load.clients.discovery import parts
from mcp_proof_load.users.planned_user import IDLE, PlannedUser

FEWEST: Final = 3
MOST: Final = 10
"""Calls of a session."""
THINKING: Final = "exponential:1"
"""The time between two calls, where the plan has none: people and models take their time."""


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
        """Ask which tools there are, for all parts of it; return whether that was answered.

        That counts like calls, as an operation of its own.
        """
        client = self.opened()
        if client.discovery:
            list(parts(lambda part: self._part(client, part)))
        return self.going and self._client is client  # which is left where there is no answer

    def _part(self, client: Client, part: str) -> Discovered | None:
        if not self.going:
            return None
        name, number = client.discovery, self.desk.number()
        began = time.perf_counter()
        found = self.asked(name, began, lambda: client.discover(number, part))
        if found is not None:
            self.answered(name, found.answer, began)
        return found
