"""A load process that makes load as its master says."""

from pathlib import Path

from locust.env import Environment
from locust.runners import WorkerRunner

from mcp_proof_load.engine.desk import Desk
from mcp_proof_load.engine.ending import when_told
from mcp_proof_load.engine.environment import environment_of, every_second
from mcp_proof_load.engine.master import REPORT
from mcp_proof_load.engine.told import tell
from mcp_proof_load.orders import Orders
from mcp_proof_load.plan import Plan
from mcp_proof_load.users import USERS


def run(orders: Orders) -> None:
    """Do what the master says until it says that it is over."""
    desk = Desk(Path(orders.ledgers) if orders.ledgers else None)
    environment = environment_of(desk, list(USERS.values()))

    def report() -> None:
        told = {"name": desk.worker, "final": desk.final, "report": desk.report().to_json()}
        runner.send_message(REPORT, told)

    def tell_last(**_unused: object) -> None:
        desk.finish()
        report()

    def begin(environment: Environment, **_unused: object) -> None:
        assert environment.parsed_options is not None
        plan = Plan.from_json(environment.parsed_options.mcp_proof_plan.encode())
        desk.follow(plan.with_secrets(orders.secret), runner.worker_index)

    environment.events.test_start.add_listener(begin)
    environment.events.test_stop.add_listener(tell_last)
    runner = environment.create_worker_runner(orders.host, orders.port)
    every_second(desk, report)
    when_told(lambda: _leave(environment, runner))
    tell("ready")
    runner.greenlet.join()


def _leave(environment: Environment, runner: WorkerRunner) -> None:
    """End the users, tell the master their last numbers, and that nobody is left."""
    runner.stop()
    environment.events.quitting.fire(environment=environment)
    runner.greenlet.kill(block=False)
