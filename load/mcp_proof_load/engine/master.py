"""A load process that makes no load itself: it directs workers, and passes on what they count."""

import time
from typing import Any, Final

import gevent
from gevent.event import Event
from locust.env import Environment
from locust.runners import STATE_MISSING, MasterRunner

from mcp_proof_load.engine.desk import Desk
from mcp_proof_load.engine.ending import when_told
from mcp_proof_load.engine.environment import REPORTED, environment_of, run_shape, weighted
from mcp_proof_load.engine.told import pass_on, tell
from mcp_proof_load.engine.web import serve_web
from mcp_proof_load.orders import Orders
from mcp_proof_load.users import USERS

REPORT: Final = "mcp_proof.report"
"""Locust's message with which a worker tells its numbers: `report`, `name`, and `final` when they
are the last."""
LAST_WORDS: Final = 10.0
"""Seconds in which a worker that lives has told its last numbers."""


class Workers:
    """The workers of a master: which there are, which are lost, who has told its last."""

    def __init__(self, runner: MasterRunner) -> None:
        self._runner = runner
        self._names: dict[str, str] = {}
        """What each calls itself in its reports, by locust's id."""
        self._lost: set[str] = set()
        self._final: set[str] = set()
        runner.register_message(REPORT, self._hear)

    def wait_for(self, number: int, stopped: Event) -> None:
        """Wait until so many are there, or it is no longer wanted."""
        told = -1
        while self._runner.worker_count < number and not stopped.is_set():
            if told != self._runner.worker_count:
                told = self._runner.worker_count
                tell("waiting", workers=told, expected=number)
            gevent.sleep(0.05)

    def watch(self) -> None:
        """Tell of those that are lost, for as long as the master runs."""
        while True:
            for each in self._runner.clients.all:
                if each.state == STATE_MISSING and each.id not in self._lost:
                    self._lost.add(each.id)
                    tell("lost", worker=self._names.get(each.id, each.id))
            gevent.sleep(REPORTED / 2)

    def wait_for_last_words(self) -> None:
        """Wait until every worker that is not lost has told its last numbers."""
        until = time.monotonic() + LAST_WORDS
        while {*self._names} - self._lost - self._final and time.monotonic() < until:
            gevent.sleep(0.05)
        for each in {*self._names} - self._lost - self._final:
            tell("lost", worker=self._names[each])

    def _hear(self, msg: Any, **_unused: object) -> None:  # noqa: ANN401  # locust's message
        self._names[msg.node_id] = str(msg.data["name"])
        if msg.data["final"]:
            self._final.add(msg.node_id)
        pass_on(msg.data["report"])


def run(orders: Orders) -> None:
    """Have workers run the plan."""
    assert orders.plan is not None
    desk = Desk()
    environment = environment_of(desk, weighted(USERS, orders.plan), orders.plan)
    runner = environment.create_master_runner(orders.host, orders.port)
    workers = Workers(runner)
    serve_web(environment, orders)
    stopped = Event()
    when_told(lambda: _stop(environment, runner, stopped))
    tell("listening", port=runner.server.port)
    workers.wait_for(orders.expect_workers, stopped)
    if not stopped.is_set():
        gevent.spawn(workers.watch)
        tell("ready")
        run_shape(environment, runner)
        workers.wait_for_last_words()
    runner.quit()
    tell("end")


def _stop(environment: Environment, runner: MasterRunner, stopped: Event) -> None:
    stopped.set()
    runner.stop()
    assert environment.runner is runner
