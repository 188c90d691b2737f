"""A load process that is alone."""

from pathlib import Path

from mcp_proof_load.engine.desk import Desk
from mcp_proof_load.engine.ending import when_told
from mcp_proof_load.engine.environment import environment_of, every_second, run_shape, weighted
from mcp_proof_load.engine.told import pass_on, tell
from mcp_proof_load.engine.web import serve_web
from mcp_proof_load.orders import Orders
from mcp_proof_load.users import USERS


def run(orders: Orders) -> None:
    """Run the plan."""
    assert orders.plan is not None
    plan = orders.plan.with_secrets(orders.secret)
    desk = Desk(Path(orders.ledgers))
    desk.follow(plan)
    environment = environment_of(desk, weighted(USERS, plan), plan)
    runner = environment.create_local_runner()
    if not serve_web(environment, orders):
        return
    when_told(runner.stop)

    def report() -> None:
        pass_on(desk.report().to_json())

    every_second(desk, report)
    tell("ready")
    run_shape(environment, runner)
    desk.finish()
    report()
    tell("end")
