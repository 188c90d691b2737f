"""A user that opens a session, makes a few calls, and leaves; over and over."""

from typing import Final

from locust import task

from mcp_proof_load.users.planned_user import PlannedUser

CALLS: Final = 5
"""Calls of a session, but of the first: else all users would open theirs at the same moments."""


class Churner(PlannedUser):
    """Sessions that come and go: what a server keeps of each shows in its handles and memory."""

    def on_start(self) -> None:
        """Have a first session of any length."""
        super().on_start()
        self._calls = self.random.randint(1, CALLS)

    @task
    def work(self) -> None:
        """Live through one session."""
        calls, self._calls = self._calls, CALLS
        for _ in range(calls):
            if (turn := self.wait_for_turn()) is None:
                break
            self.take(turn)
        self.leave()
