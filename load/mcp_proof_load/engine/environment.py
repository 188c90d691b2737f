"""Locust's environment for a load process."""

import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from traceback import format_exc
from typing import Final

import gevent
from gevent.event import Event
from locust.env import Environment
from locust.runners import Runner

from mcp_proof_load.engine.desk import Desk
from mcp_proof_load.engine.hooks import listen
from mcp_proof_load.engine.shape import PlannedShape
from mcp_proof_load.engine.told import tell
from mcp_proof_load.plan import Plan
from mcp_proof_load.users.planned_user import PlannedUser

STOPPING: Final = 2.0
"""Seconds besides the timeout of a call in which users may end."""
REPORTED: Final = 1.0
"""Seconds between two reports of a process."""


def environment_of(
    desk: Desk, users: Sequence[type[PlannedUser]], plan: Plan | None = None
) -> Environment:
    """Return the environment of a process, with its users and, where it has a plan, its shape."""
    for kind in users:
        kind.desk = desk
    environment = Environment(
        user_classes=[*users],
        shape_class=PlannedShape(plan) if plan else None,
        stop_timeout=plan.timeout + STOPPING if plan else None,
        # What locust looks at, and what goes to each worker with what it is to spawn.
        parsed_options=Namespace(
            enable_rebalancing=True,
            headless=False,
            web_base_path="",
            stop_timeout=0.0,
            # What its web interface shows.
            num_users=plan.users if plan else 0,
            spawn_rate=plan.users if plan else 0,
            run_time="",
            stats_history_enabled=False,
            mcp_proof_plan=plan.to_json().decode() if plan else "",
        ),
    )
    listen(environment.events.test_stopping, desk.ending.set)
    listen(environment.events.user_error, lambda: desk.failed(format_exc()))
    return environment


def weighted(users: Mapping[str, type[PlannedUser]], plan: Plan) -> list[type[PlannedUser]]:
    """Return the kinds of users that a plan has, with their weights."""
    wanted = [(users[name], weight) for name, weight in plan.user_kinds.items() if weight]
    for kind, weight in wanted:
        kind.weight = weight
    return [kind for kind, _ in wanted]


def run_shape(environment: Environment, runner: Runner) -> None:
    """Run the profile, until it is over or somebody stops it."""
    over = Event()
    listen(environment.events.test_stop, over.set)
    tell("begin")
    runner.start_shape()
    over.wait()


def every_second(desk: Desk, report: Callable[[], None]) -> None:
    """Report over and over, in all processes at about the same moments, and as warm-ups end."""

    def reporting() -> None:
        desk.ready.wait()
        while True:
            since = time.monotonic() - desk.began if desk.began else 0.0
            gevent.sleep(REPORTED - (since - desk.plan.warm_up) % REPORTED)
            report()

    gevent.spawn(reporting)
