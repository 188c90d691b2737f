"""The stream that a server holds open to tell what happens, whatever the kind of client."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final, cast

from mcp_proof_load.clients.client import BrokenError, Client
from mcp_proof_load.clients.stateful import StatefulClient
from mcp_proof_load.clients.stateless import StatelessClient
from mcp_proof_load.clients.streams import Stream, stream_of_session, subscription
from mcp_proof_load.plan import Plan

BESIDE: Final[Mapping[str, str]] = MappingProxyType(
    {"contextframe": "changes", "openapi_jsonrpc": "executions", "websocket": "executions"}
)
"""What returns the stream that a dialect has beside its calls, by the kind of client."""


def stream_of(plan: Plan, opened: Callable[[], Client], number: int) -> Stream:
    """Return a stream, not opened.

    Args:
        plan: names the server.
        opened: returns an open client, where the stream is part of its session.
        number: the id of the request for it, where there are ids.

    Raises:
        BrokenError: there is none, or no session to be had.
        SilentError: the server does not answer.
    """
    if plan.client in BESIDE:
        module = import_module(f"mcp_proof_load.clients.{plan.client}")
        return cast("Callable[[Plan], Stream]", getattr(module, BESIDE[plan.client]))(plan)
    client = opened()
    if isinstance(client, StatefulClient):
        return stream_of_session(client)
    if isinstance(client, StatelessClient):
        return subscription(client, number)
    raise BrokenError(f"a client of kind {plan.client} holds no stream open")
