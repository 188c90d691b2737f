"""Locust's own web interface, for who wants to watch it."""

import socket

from locust.env import Environment

from mcp_proof_load.engine.told import tell
from mcp_proof_load.orders import Orders

LOOPBACK = "127.0.0.1"


def serve_web(environment: Environment, orders: Orders) -> bool:
    """Serve it on loopback, where a port for it is ordered; return whether all is well."""
    if orders.web_port is None:
        return True
    try:
        with socket.create_server((LOOPBACK, orders.web_port)):
            pass  # else it would fail beside us, and nobody would hear of it
    except OSError as error:
        why = f"no web interface can be served at {LOOPBACK}:{orders.web_port}: {error.strerror}"
        tell("impossible", why=f"{why}. Give another --web-port")
        return False
    environment.create_web_ui(host=LOOPBACK, port=orders.web_port)
    return True
