"""A way to a server on which a case is sent, and a good request after it."""

import asyncio
from abc import ABC, abstractmethod
from contextlib import AsyncExitStack
from typing import Final

from mcp_proof.errors import PeerError
from mcp_proof.fuzz.protocol.case import ProtocolStep
from mcp_proof.fuzz.protocol.observation import Control
from mcp_proof.fuzz.protocol.sent import SentCase, body_of
from mcp_proof.recorder import Recorder, current_probe
from mcp_proof.transports.connection import Headers, Sending
from mcp_proof.transports.http_client import HttpClient
from mcp_proof_contracts.reading import BARRIER

GRACE: Final = 0.5
"""Seconds for what need not come: the answer to a request whose body never ends."""
REFUSALS: Final = range(400, 600)


class Channel(ABC):
    """One session, or what stands for it where the dialect has none."""

    over_http = False
    """Whether each message has a response of its own."""
    sessions_end = True
    """Whether the server can end it: otherwise a fresh one is the same again."""
    result_expected = False
    """Whether a good request was answered with a result before any case."""

    def __init__(self, recorder: Recorder, timeout: float) -> None:
        self.recorder = recorder
        self.timeout = timeout
        self.stack = AsyncExitStack()

    @property
    @abstractmethod
    def session(self) -> str:
        """The name of its session in the transcript."""

    @property
    @abstractmethod
    def alive(self) -> bool:
        """Whether anything more can be sent on it."""

    @property
    def ended(self) -> bool:
        """Whether the server has ended it."""
        return False

    @abstractmethod
    async def send(self, step: ProtocolStep, sent: SentCase, /) -> None:
        """Send a step, and wait for the answers that are due, or over HTTP for the response."""

    @abstractmethod
    async def ask(self) -> Control:
        """Send a good request; an error that answers it is `REFUSED`."""

    async def control(self) -> Control:
        """Send a good request; an error is an answer too, where there never was another."""
        label = current_probe.set(BARRIER)
        try:
            came = await self.ask()
        except PeerError:
            came = Control.GONE
        finally:
            current_probe.reset(label)
        refused_before = came is Control.REFUSED and not self.result_expected
        return Control.ANSWERED if refused_before else came

    async def begin(self) -> Control:
        """Send a good request before any case; remember how it is answered."""
        self.result_expected = True
        came = await self.control()
        self.result_expected = came is Control.ANSWERED
        return Control.ANSWERED if came is Control.REFUSED else came

    async def close(self) -> None:
        """End it."""
        await self.stack.aclose()


async def exchange(
    connection: HttpClient, step: ProtocolStep, url: str, headers: Headers, limit: float
) -> Sending:
    """Send a step as an HTTP request, and wait for the end of its response."""
    sending = request(connection, step, url, headers)
    await finished(sending, step, limit)
    return sending


def request(connection: HttpClient, step: ProtocolStep, url: str, headers: Headers) -> Sending:
    """Send a step as an HTTP request; its own headers replace others of the same name.

    It has a connection of its own, so that no other request is on one that a server has given up.
    """
    body = body_of(step)
    ours = {name.lower() for name in step.headers}
    usual = {name: value for name, value in headers.items() if name.lower() not in ours}
    return connection.request(
        step.method,
        url=url,
        content=step.raw if body is None else body,
        headers={**usual, **step.headers},
        probe=current_probe.get(),
        framed=step.raw,
    )


async def finished(sending: Sending, step: ProtocolStep, limit: float) -> None:
    """Wait for the end of a response; of one that need not come, not for long."""
    await asyncio.wait([sending.ended], timeout=limit if body_of(step) is not None else GRACE)
    if not sending.ended.done():
        sending.close()
        await asyncio.wait([sending.ended], timeout=limit)
