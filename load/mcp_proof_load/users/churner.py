"""A user that opens a session, makes a few calls, and leaves; over and over."""

from typing import Final

from locust import task

from mcp_proof_load.users.planned_user import PlannedUser

CALLS: Final = 5
"""Calls of a session."""


class Churner(PlannedUser):
    """Sessions that come and go: what a server keeps of each shows in its handles and memory."""

    @task
    def work(self) -> None:
        """Live through one session."""
        for _ in range(CALLS):
            if (turn := self.wait_for_turn()) is None:
                break
            self.take(turn)
        self.leave()
