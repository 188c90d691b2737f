"""Telling what has changed, in a dialect whose requests are each a POST of their own.

A change is told on whatever the server opens beside the requests, such as an event stream.
"""

import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.audience import Subscription
from mcp_proof_mocks.call import Send
from mcp_proof_mocks.server import MockServer


@dataclass(slots=True, kw_only=True, eq=False)
class Listener(Subscription):
    """Somebody who hears of changed lists, and of the resources that are watched."""

    def notify(self, method: str, params: JsonObject) -> None:
        """Send a notification as it is: it belongs to no request."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})


@contextmanager
def listening(server: MockServer, watched: Sequence[str], send: Send) -> Generator[Listener]:
    """Tell changes to `send` while the block runs; `ended` is done when the server stops.

    What is watched is looked up at each change, so that a list may grow meanwhile.
    """
    wants: JsonObject = {
        "toolsListChanged": True,
        "resourcesListChanged": True,
        "resourceSubscriptions": watched,
    }
    ended = asyncio.get_running_loop().create_future()
    listener = Listener(id=None, wants=wants, send=send, ended=ended)
    server.audience.subscriptions.add(listener)
    try:
        yield listener
    finally:
        server.audience.subscriptions.discard(listener)
