"""Which clients there are."""

from importlib import import_module
from typing import Final, cast

from mcp_proof_load.clients.client import Client
from mcp_proof_load.plan import Plan

KINDS: Final = (
    "stateless",
    "stateful",
    "http_sse",
    "stdio",
    "websocket",
    "rest",
    "contextframe",
    "openapi_jsonrpc",
    "gateway",
    "queue",
)
"""The modules of this room that have a client."""


def client_of(plan: Plan, session: int) -> Client:
    """Return a client, not opened, of the kind that a plan names."""
    module = import_module(f"mcp_proof_load.clients.{plan.client}")
    return cast("Client", module.client(plan, session))
