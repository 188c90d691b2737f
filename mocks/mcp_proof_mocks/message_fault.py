"""Message faults: replies that are changed, delayed or lost, with parameters of their own.

A rule-named fault says which rule is broken; a message fault says what happens to a reply, and
names the rules that see it. It is a dataclass whose fields are its parameters.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.eager import in_task
from mcp_proof_mocks.fault_catalogue import Catalogue


class Waits:
    """What delayed replies wait for: a time, each other, and never longer than their client."""

    def __init__(self) -> None:
        self.gone = False
        """Whether the client has gone: then nothing is waited for."""
        self.next_reply = asyncio.Event()
        """Set when the next reply goes out."""
        self._signals: set[asyncio.Event] = set()

    async def until(self, signal: asyncio.Event, seconds: float | None) -> None:
        """Wait for a signal, but not longer than this, nor for a client that has gone."""
        await in_task()
        if self.gone:
            return
        self._signals.add(signal)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await signal.wait()
        finally:
            self._signals.discard(signal)

    async def pause(self, seconds: float | None) -> None:
        """Wait for a time, or with `None` until the client has gone."""
        await self.until(asyncio.Event(), seconds)

    def passed(self) -> None:
        """A reply goes out."""
        self.next_reply.set()
        self.next_reply = asyncio.Event()

    def hang_up(self) -> None:
        """The client has gone: end every wait."""
        self.gone = True
        for signal in self._signals:
            signal.set()


@dataclass(frozen=True, slots=True)
class Answering:
    """One reply on its way out."""

    request: JsonObject
    reply: JsonObject
    waits: Waits


class MessageFault(Protocol):
    """What is done to the replies that a fault is chosen for."""

    async def replies(self, answering: Answering) -> list[Json]:
        """Return what is sent instead of the reply, in this order."""
        ...


F = TypeVar("F", bound=MessageFault)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFaultKind:
    """A message fault that can be chosen."""

    name: str
    build: type[MessageFault]
    """A dataclass; its fields are the parameters."""
    shows: Mapping[str, tuple[str, ...]]
    """Parameters as they are written, with the rules that `mcp-proof verify` then names."""

    @property
    def summary(self) -> str:
        """What it does, in a sentence."""
        return (self.build.__doc__ or "").partition("\n")[0]


message_faults: Final[Catalogue[MessageFaultKind]] = Catalogue("message fault")


def message_fault(
    name: str, *, shows: Mapping[str, tuple[str, ...]]
) -> Callable[[type[F]], type[F]]:
    """Register the decorated dataclass as the message fault `name`.

    Raises:
        TypeError: the name is taken.
    """

    def register(build: type[F]) -> type[F]:
        message_faults.add(MessageFaultKind(name=name, build=build, shows=shows))
        return build

    return register
