"""The profile of a plan, as locust asks for it."""

from locust import LoadTestShape

from mcp_proof_load.plan import Plan
from mcp_proof_load.profiles.level import level


class PlannedShape(LoadTestShape):
    """How many users there are at each moment.

    In the open model their number stays the same, for it only bounds how many calls can be under
    way; what the profile changes is the rate, which the schedule of the users' calls follows.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # locust's has no annotations
        self._plan = plan

    def tick(self) -> tuple[int, float] | None:
        """Return the number of users, and how many of them may begin in a second: all."""
        seconds = self.get_run_time()  # type: ignore[no-untyped-call]  # likewise
        now = level(self._plan, seconds - self._plan.warm_up)
        if now is None:
            return None
        return now.users, float(max(now.users, 1))
