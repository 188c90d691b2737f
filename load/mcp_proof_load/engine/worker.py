"""A load process that makes load as its master says."""

import time
from pathlib import Path
from typing import Any, Final, cast

import gevent
from gevent.event import Event
from locust.env import Environment
from locust.runners import WorkerRunner

from mcp_proof_load.engine.consent import refusal
from mcp_proof_load.engine.desk import Desk
from mcp_proof_load.engine.ending import when_told
from mcp_proof_load.engine.environment import environment_of, every_second
from mcp_proof_load.engine.hooks import fire, listen
from mcp_proof_load.engine.master import REPORT
from mcp_proof_load.engine.told import tell
from mcp_proof_load.orders import Orders
from mcp_proof_load.plan import Plan
from mcp_proof_load.users import USERS

SEARCH: Final = 300.0
"""Seconds in which a master must be found: machines that begin together are not ready together."""
SILENCE: Final = 10.0
"""Seconds without a heartbeat of the master, which sends one each second, after which it is gone.
Locust itself would go on loading for a minute."""


def run(orders: Orders) -> None:
    """Do what the master says until it says that it is over."""
    _Worker(orders).run()


class _Worker:
    """This process, from its search for the master to its last words."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._desk = Desk(Path(orders.ledgers) if orders.ledgers else None)
        self._environment = environment_of(self._desk, list(USERS.values()))
        self._runner: WorkerRunner | None = None
        self._unwanted = False
        self._alone = ""
        """Why there is no master, or no longer."""
        self._found = Event()
        """Set when there is a master, whose first words may have come before."""
        self._over = Event()
        """Set when there is something to end for."""

    def run(self) -> None:
        """Find the master, and work until there is an end."""
        when_told(self._want_no_more)
        events = self._environment.events
        listen(events.test_start, self._begin)
        listen(events.test_stop, self._tell_last)
        gevent.spawn(self._find)
        gevent.wait([self._found, self._over], timeout=SEARCH, count=1)
        if self._runner is None and not self._unwanted:
            tell("alone", why=f"no master answered within {SEARCH:g} s")
        if self._runner is not None:
            self._work(self._runner)

    def _find(self) -> None:
        self._runner = self._environment.create_worker_runner(self._orders.host, self._orders.port)
        self._found.set()

    def _want_no_more(self) -> None:
        self._unwanted = True
        self._over.set()

    def _work(self, runner: WorkerRunner) -> None:
        every_second(self._desk, self._report)
        tell("ready")
        gevent.spawn(lambda: self._follow(runner))
        gevent.spawn(lambda: self._watch(runner))
        self._over.wait()
        if self._alone:
            tell("alone", why=self._alone)
            runner.stop()
        elif self._unwanted:
            _leave(self._environment, runner)

    def _begin(self) -> None:
        self._found.wait()
        assert self._environment.parsed_options is not None
        plan = Plan.from_json(self._environment.parsed_options.mcp_proof_plan.encode())
        if why := refusal(plan, self._orders):
            tell("unwilling", why=why)
            self._environment.stop_timeout = 0.0  # for users who wait for what never comes
            self._want_no_more()
            return
        process: int = cast("Any", self._runner).worker_index
        self._desk.follow(plan.with_secrets(self._orders.secret), process)
        self._report()  # so that the master knows where it counts

    def _tell_last(self) -> None:
        self._desk.finish()
        self._report()
        # Else locust waits so long again before it hears that the run is over.
        self._environment.stop_timeout = 0.0

    def _report(self) -> None:
        desk, runner = self._desk, self._runner
        assert runner is not None
        told = {"name": desk.worker, "final": desk.final, "report": desk.report().to_json()}
        runner.send_message(REPORT, told)

    def _follow(self, runner: WorkerRunner) -> None:
        """Do what locust hears of the master, until that is to quit."""
        runner.greenlet.join()
        self._over.set()

    def _watch(self, runner: WorkerRunner) -> None:
        """Look whether the master is still there."""
        while not self._desk.final:
            heard = runner.last_heartbeat_timestamp
            if heard is not None and time.time() - heard > SILENCE:
                self._alone = f"nothing was heard of the master for {SILENCE:g} s"
                self._over.set()
                return
            gevent.sleep(1.0)


def _leave(environment: Environment, runner: WorkerRunner) -> None:
    """End the users, tell the master their last numbers, and that nobody is left."""
    runner.stop()
    fire(environment.events.quitting, environment=environment)
    gevent.sleep(0.1)  # that it is sent
