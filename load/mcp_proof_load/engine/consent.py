"""Whether a worker does what a master on another machine wants of it.

Whoever can speak to a worker could else have it start any program, or flood any server.
"""

from urllib.parse import urlsplit

from mcp_proof_load.orders import Orders
from mcp_proof_load.plan import Plan
from mcp_proof_mocks.loopback import is_loopback


def refusal(plan: Plan, orders: Orders) -> str:
    """Return why a worker does not follow a plan; empty where it does.

    A master on this machine has been started by somebody here, and has asked whose the target is.
    """
    if is_loopback(orders.host):
        return ""
    if "command" in plan.place:
        return (
            f"the master at {orders.host} wants a command to be started here. Serve what is to be "
            "loaded at a URL"
        )
    host = urlsplit(str(plan.place.get("url"))).hostname or ""
    if is_loopback(host):
        return f"the target is {host}, which is another machine here than where the master is"
    if not orders.owned:
        return (
            f"the master at {orders.host} wants {host} to be loaded from here. If that is to be, "
            "give this worker --i-own-this-target too"
        )
    return ""
