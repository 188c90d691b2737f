"""The cases of a run, in order: the classical faults first, then random ones from a seed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count as numbers_from
from itertools import islice
from random import Random
from typing import Final

from mcp_proof.fuzz.protocol.case import ProtocolCase, ProtocolStep
from mcp_proof.fuzz.protocol.http_faults import FRAMINGS, header_faults, random_chunks
from mcp_proof.fuzz.protocol.json_faults import json_faults
from mcp_proof.fuzz.protocol.line_faults import line_faults
from mcp_proof.fuzz.protocol.messages import Call, ValidMessage, valid_messages
from mcp_proof.fuzz.protocol.mutation import mutated
from mcp_proof.fuzz.protocol.rpc_faults import (
    JSON_RPC_LESS,
    body_faults,
    call_faults,
    notification_faults,
    opening_faults,
    rpc_faults,
)
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.wire import encode

Faults = Callable[[JsonObject], Iterable[tuple[str, bytes]]]

OF_METHODS: Final[Mapping[str, Faults]] = {
    "tools/call": call_faults,
    "initialize": opening_faults,
    "notifications/cancelled": notification_faults,
}
BASE_ID: Final = "mcp-proof-000000"
"""As long as the ids that take its place, so that what counts bytes stays right."""
CHUNKED_EACH: Final = 10
"""Over HTTP one random case in so many is a good message in random chunks."""

OPENING_EACH: Final = 20
"""One random case in so many is made of the message that opens a session, where there is one."""


def cases(  # noqa: PLR0913  # what is spoken, how much of it, and what is allowed
    spoken: Spoken,
    transport: TransportName,
    *,
    seed: int,
    count: int,
    calls: Sequence[Call] = (),
    framing: bool = True,
) -> Iterator[ProtocolCase]:
    """Yield `count` cases; the same arguments give the same cases.

    Args:
        spoken: what the server speaks.
        transport: what it is reached over.
        seed: what the random cases come from.
        count: how many are wanted.
        calls: tools that may be called, with good arguments; no other existing tool is named.
        framing: whether HTTP is framed on the way; see `has_framing`.
    """
    making = _Making(spoken, transport, seed, calls, framing=framing)
    return islice(making.cases(), count)


class _Making:
    """Makes the cases of one run."""

    def __init__(
        self,
        spoken: Spoken,
        transport: TransportName,
        seed: int,
        calls: Sequence[Call],
        *,
        framing: bool,
    ) -> None:
        self._spoken = spoken
        self._transport: TransportName = transport
        self._random = Random(seed)  # noqa: S311  # to be repeated, not to be guessed
        self._calls = calls
        self._framing = framing and transport == "http"
        self._numbers = numbers_from(1)

    def cases(self) -> Iterator[ProtocolCase]:
        """Yield cases without end."""
        yield from self._classical()
        while True:
            yield self._random_case()

    def _classical(self) -> Iterator[ProtocolCase]:
        if self._spoken in JSON_RPC_LESS:
            yield from self._of_message(0, body_faults)
            yield from self._of_message(0, json_faults)
        else:
            yield from self._of_message(0, lambda message: rpc_faults(self._spoken, message))
            yield from self._of_message(0, json_faults)
            yield from self._of_methods()
        if self._transport == "stdio":
            yield from self._of_message(0, line_faults)
        if self._transport == "http":
            yield from self._of_http()

    def _of_methods(self) -> Iterator[ProtocolCase]:
        """The faults that one method alone can have, each method once."""
        seen: set[str] = set()
        for place, message in enumerate(self._messages()):
            if message.name in OF_METHODS and message.name not in seen:
                seen.add(message.name)
                yield from self._of_message(place, OF_METHODS[message.name])

    def _of_message(self, place: int, faults: Faults) -> Iterator[ProtocolCase]:
        base = self._messages()[place]
        for name, raw in faults(base.members):
            yield self._case(name, base, _step(base, self._numbered(raw)))

    def _of_http(self) -> Iterator[ProtocolCase]:
        base = self._messages()[0]
        good = encode(base.members)
        of_mcp = isinstance(self._spoken, Revision)
        stateless = isinstance(self._spoken, Revision) and self._spoken.era is Era.STATELESS
        for name, step in header_faults(_step(base, good), of_mcp=of_mcp, stateless=stateless):
            yield self._case(name, base, replace(step, raw=self._numbered(good)))
        for name, frame in FRAMINGS.items() if self._framing else ():
            yield self._case(name, base, frame(_step(base, b""), self._numbered(good)))

    def _random_case(self) -> ProtocolCase:
        base = self._random.choice(self._chosen())
        good = encode(base.members)
        if self._framing and self._random.randrange(CHUNKED_EACH) == 0:
            step = random_chunks(_step(base, b""), self._numbered(good), self._random)
            return self._case("chunks of random sizes", base, step)
        what, raw = mutated(good, self._random)
        return self._case(what, base, _step(base, self._numbered(raw)))

    def _chosen(self) -> list[ValidMessage]:
        """Return what goes on with a session, or seldom what begins one: that costs a session."""
        wanted = self._random.randrange(OPENING_EACH) == 0
        messages = self._messages()
        return [each for each in messages if each.opening is wanted] or list(messages)

    def _messages(self) -> tuple[ValidMessage, ...]:
        return valid_messages(self._spoken, self._transport, BASE_ID, self._calls)

    def _numbered(self, raw: bytes) -> bytes:
        """Give a text an id of its own: no late answer to another is taken for one to it."""
        return raw.replace(BASE_ID.encode(), f"mcp-proof-{next(self._numbers):06}".encode())

    def _case(self, what: str, base: ValidMessage, step: ProtocolStep) -> ProtocolCase:
        return ProtocolCase(
            name=f"{base.name}: {what}",
            transport=self._transport,
            steps=(step,),
            opening=base.opening,
        )


def _step(base: ValidMessage, raw: bytes) -> ProtocolStep:
    return ProtocolStep(raw=raw, headers=base.headers, path=base.path)
