"""A load process that makes no load itself: it directs workers, and passes on what they count."""

import time
from typing import Any, Final, cast

import gevent
from gevent.event import Event
from locust.env import Environment
from locust.exception import RPCError
from locust.rpc.protocol import Message
from locust.runners import STATE_MISSING, MasterRunner

from mcp_proof_load.engine.desk import Desk
from mcp_proof_load.engine.ending import when_told
from mcp_proof_load.engine.environment import REPORTED, environment_of, run_shape, weighted
from mcp_proof_load.engine.hooks import receive
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
        receive(runner, REPORT, self._hear)

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

    def dismiss(self) -> None:
        """Tell every worker that it is over.

        Locust tells only those that it counts as ready, and one that has just stopped is not.
        """
        for each in {*self._names, *self._runner.clients} - self._lost:
            cast("Any", self._runner.server).send_to_client(Message("quit", None, each))

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
    runner = _listening(environment, orders)
    if runner is None:
        return
    workers = Workers(runner)
    if not serve_web(environment, orders):
        return
    stopped = Event()
    when_told(lambda: _stop(runner, stopped))
    port: int = cast("Any", runner.server).port
    tell("listening", port=port)
    workers.wait_for(orders.expect_workers, stopped)
    if not stopped.is_set():
        gevent.spawn(workers.watch)
        tell("ready")
        run_shape(environment, runner)
        workers.wait_for_last_words()
    workers.dismiss()
    runner.quit()
    tell("end")


def _listening(environment: Environment, orders: Orders) -> MasterRunner | None:
    """Return what workers can connect to; tell where that cannot be."""
    try:
        return environment.create_master_runner(orders.host, orders.port)
    except (RPCError, OSError, SystemExit) as error:  # it ends the process where a port is taken
        why = error.__context__ if isinstance(error, SystemExit) else error
        tell(
            "impossible",
            why=f"no master can listen at {orders.host}:{orders.port}: {why}. Give another --port",
        )
        return None


def _stop(runner: MasterRunner, stopped: Event) -> None:
    stopped.set()
    runner.stop()
