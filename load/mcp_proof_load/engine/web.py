"""Locust's own web interface, for who wants to watch it."""

from locust.env import Environment

from mcp_proof_load.orders import Orders


def serve_web(environment: Environment, orders: Orders) -> None:
    """Serve it on loopback, where a port for it is ordered."""
    if orders.web_port is not None:
        environment.create_web_ui(host="127.0.0.1", port=orders.web_port)
