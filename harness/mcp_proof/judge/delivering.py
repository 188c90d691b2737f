"""Webhooks that are sent to a client, which listens for them where its wish says it."""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from mcp_proof.judge.notes import Notes
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_mocks.outgoing import NoAnswerError, post

SESSION: Final = "webhook-"
WAIT: Final = 0.02
"""Seconds between two looks whether the client listens."""
PATIENCE: Final = 5.0
"""Seconds for the answer to a delivery."""


class Delivery(NamedTuple):
    """One delivery."""

    case: str
    what: str
    """What is special about it, in words."""
    body: bytes
    headers: Mapping[str, str]


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def deliver(port: int, deliveries: Sequence[Delivery], notes: Notes) -> None:
    """Wait until the client listens, send it these, and note what it answers."""
    url = f"http://127.0.0.1:{port}/"
    for delivery in deliveries:
        status = await _sent(url, delivery)
        data: dict[str, Json] = {"case": delivery.case, "what": delivery.what, "status": status}
        session = f"{SESSION}{delivery.case}"
        notes.add(EventKind.HTTP_RESPONSE, session, Sender.CLIENT, {**data, "headers": {}})


async def _sent(url: str, delivery: Delivery) -> int:
    while True:
        try:
            return await post(url, delivery.body, delivery.headers, seconds=PATIENCE)
        except NoAnswerError:
            await asyncio.sleep(
                WAIT
            )  # it does not listen yet; the watch ends this if it never does
