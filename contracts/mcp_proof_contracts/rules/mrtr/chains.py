"""Calls of the ordinary conversation that took several rounds, and whether they were answered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mcp_proof_contracts import schema
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rules.mrtr.traffic import (
    INPUTS,
    RESPONSES,
    STATE,
    SUPPORTED,
    asks,
    subject,
)
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_object, encode

SETTLED: Final = "accept"
"""The only action of a user after which a server has what it asked for."""


@dataclass(slots=True)
class Chain:
    """One call: its first request, and its retries in order."""

    requests: list[Exchange] = field(default_factory=list["Exchange"])
    good: bool = True
    """Whether every retry brought a valid and willing answer to all that was asked."""

    @property
    def last(self) -> Exchange:
        """The last request."""
        return self.requests[-1]

    @property
    def rounds(self) -> int:
        """How many of its requests were answered by questions."""
        return sum(map(asks, self.requests))

    @property
    def questions(self) -> list[bytes]:
        """What was asked in each round."""
        return [encode(e.result.get(INPUTS)) for e in self.requests if asks(e)]

    @property
    def evidence(self) -> tuple[Event, ...]:
        """The last rounds, for a finding."""
        return tuple(event for exchange in self.requests[-3:] for event in exchange.evidence)


def chains(read: Reading, *methods: str) -> Iterator[Chain]:
    """Yield the calls of these methods that were retried and whose every answer was good."""
    for chain in read.derived(_chains):
        if chain.good and chain.last.sent.message.method in methods:
            yield chain


def _chains(read: Reading) -> list[Chain]:
    found: list[Chain] = []
    for method in SUPPORTED:
        waiting: dict[tuple[str, bytes, Json], Chain] = {}
        for exchange in read.exchanges(method):
            if exchange.probe:
                continue
            params = exchange.sent.message.params
            given = params.get(STATE)
            state = given if isinstance(given, str) else None
            chain: Chain | None = None
            if state is not None or RESPONSES in params:
                chain = waiting.pop(_key(exchange, state), None)
                if chain is None:
                    continue  # a retry of nothing that was seen
                chain.good = chain.good and _answers(read, chain.last, exchange)
                if len(chain.requests) == 1:
                    found.append(chain)
                chain.requests.append(exchange)
            if asks(exchange):
                after = exchange.result.get(STATE)
                key = _key(exchange, after if isinstance(after, str) else None)
                waiting[key] = chain or Chain([exchange])
    return found


def _key(exchange: Exchange, state: str | None) -> tuple[str, bytes, Json]:
    return (exchange.sent.event.session, subject(exchange), state)


def _answers(read: Reading, asked: Exchange, retry: Exchange) -> bool:
    """Whether a retry brings a valid and willing answer to all that was asked."""
    responses = as_object(retry.sent.message.params.get(RESPONSES))
    inputs = as_object(asked.result.get(INPUTS))
    return all(_fits(read, as_object(inputs[key]), responses.get(key)) for key in inputs)


def _fits(read: Reading, question: JsonObject, response: Json) -> bool:
    kind = schema.request(read.revision, str(question.get("method")))
    if kind is None or kind.result is None:
        return False
    if not schema.is_valid(read.revision, kind.result, response):
        return False
    answer = as_object(response)
    if answer.get("action", SETTLED) != SETTLED:
        return False
    form = as_object(as_object(question.get("params")).get("requestedSchema"))
    if not form:
        return True
    return schema_problem(form) is None and not instance_problems(form, answer.get("content"))
