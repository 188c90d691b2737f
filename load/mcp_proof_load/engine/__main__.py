"""A load process: `python -m mcp_proof_load.engine`, with its orders as the first line of input.

It writes what it has to tell as lines of JSON, and ends when its input does.
"""

import locust  # first of all, for it patches what others import

# isort: split
import logging
import os
import shutil
import signal
import sys

from mcp_proof_load.clients.processes.running import end_all
from mcp_proof_load.engine import local, master, worker
from mcp_proof_load.orders import Orders


def main() -> int:
    """Follow the orders; return the exit code."""
    sys.stdout = sys.stderr  # what others print, such as locust, is no line of ours
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    # The user's Ctrl-C is for the command, which then tells us to end in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    orders = Orders.from_json(sys.stdin.buffer.readline())
    try:
        {"local": local.run, "master": master.run, "worker": worker.run}[orders.role](orders)
    finally:
        if os.getppid() != parent and orders.ledgers:  # nobody else is there to remove it
            shutil.rmtree(orders.ledgers, ignore_errors=True)
    if orders.role == "worker":  # what a master that is not there will never take would hold us
        end_all()
        os._exit(0)
    return 0


if __name__ == "__main__":
    assert locust.__version__
    sys.exit(main())
