"""A user with one session, which calls one tool after the other."""

import time
from typing import Final

from locust import task

from mcp_proof_load.users.planned_user import PlannedUser

BURST: Final = 0.2
"""Seconds in which a user makes calls before locust is asked whether it may go on."""


class Caller(PlannedUser):
    """Calls, as the model has it: after a pause of its own, or when the schedule says."""

    @task
    def work(self) -> None:
        """Make calls for a while."""
        until = time.perf_counter() + BURST
        while time.perf_counter() < until and (turn := self.wait_for_turn()) is not None:
            self.take(turn)
