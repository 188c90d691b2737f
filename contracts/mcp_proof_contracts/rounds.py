"""Requests of a client that were answered by questions, and the retries that bring the answers.

2026-07-28, patterns/mrtr. Which request is the retry of which has to be told by what is the same in
both, since anything may be wrong in it: first by the method and the params, then by what it brings.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_object, id_key

SUPPORTED: Final = ("tools/call", "prompts/get", "resources/read")
RESPONSES: Final = "inputResponses"
STATE: Final = "requestState"
ADDED: Final = ("_meta", RESPONSES, STATE)
"""What a retry has besides the params of the request."""


@dataclass(slots=True, eq=False)
class Round:
    """One request that was answered by questions."""

    asked: Exchange
    about: str
    """What the request asks for."""
    before: "Round | None" = None
    """The round whose retry this is."""
    retry: Exchange | None = None
    changed: bool = False
    """Whether the retry asks for something else."""

    @property
    def inputs(self) -> JsonObject:
        """What was asked, by key."""
        return as_object(self.asked.result.get("inputRequests"))

    @property
    def state(self) -> Json:
        """The state to bring back; `None` where there is none."""
        return self.asked.result.get(STATE)

    @property
    def brought(self) -> JsonObject:
        """The params of the retry."""
        return self.retry.sent.message.params if self.retry is not None else {}

    @property
    def line(self) -> "Iterator[Round]":
        """This round, and those that led to it."""
        each: Round | None = self
        while each is not None:
            yield each
            each = each.before

    @property
    def evidence(self) -> tuple[Event, ...]:
        """The request, the questions, and the retry."""
        retried = (self.retry.sent.event,) if self.retry is not None else ()
        return (*self.asked.evidence, *retried)


@dataclass(slots=True)
class Rounds:
    """All rounds of a client."""

    rounds: list[Round] = field(default_factory=list["Round"])
    others: list[tuple[Exchange, Round]] = field(default_factory=list[tuple[Exchange, Round]])
    """Requests that bring what belongs to a round of another request."""


def rounds(read: Reading) -> Rounds:
    """Return the rounds of the client whose transcript this is."""
    return read.derived(_rounds)


def subject(exchange: Exchange) -> str:
    """What tells requests for different things apart; to leave arguments out is to give none."""
    return _encoded(exchange, ADDED)


def _encoded(exchange: Exchange, without: tuple[str, ...]) -> str:
    message = exchange.sent.message
    bare = {
        name: value
        for name, value in message.params.items()
        if name not in without and value not in (None, {})
    }
    return json.dumps([message.method, bare], sort_keys=True)


def _rounds(read: Reading) -> Rounds:
    found, left = Rounds(), list[Exchange]()
    if read.revision.era is Era.STATEFUL:
        return found
    made: set[str] = set()
    waiting: list[Round] = []
    for exchange in read.counterpart.exchanges():
        before: Round | None = None
        if _brings(exchange):
            before, text = _own(waiting, exchange), _encoded(exchange, ("_meta",))
            state = exchange.sent.message.params.get(STATE)
            if text in made and (before is None or before.state != state):
                continue  # it is sent once more as it was: its answer was lost on the way
            made.add(text)
            if before is not None:
                before.retry = exchange
                waiting.remove(before)
            else:
                left.append(exchange)
        if _asks(exchange):
            found.rounds.append(Round(exchange, subject(exchange), before))
            waiting.append(found.rounds[-1])
    _give(read, found, left)
    return found


def _give(read: Reading, found: Rounds, left: list[Exchange]) -> None:
    """Find out whose answers the requests bring that nobody asks for."""
    plain = {subject(e) for e in read.counterpart.exchanges() if not _brings(e)}
    for exchange in left:
        whose = [
            each for each in found.rounds if _follows(exchange, each) and _like(exchange, each)
        ]
        if not whose:
            continue
        free = [each for each in whose if each.retry is None]
        if free and subject(exchange) not in plain:
            free[-1].retry, free[-1].changed = exchange, True
        else:
            found.others.append((exchange, whose[-1]))


def _own(known: list[Round], exchange: Exchange) -> Round | None:
    """The round that a request retries, by what it asks for; best with what it brings."""
    wanted = subject(exchange)
    fitting = [each for each in known if each.about == wanted and _follows(exchange, each)]
    return max(fitting, key=lambda each: _likeness(exchange, each), default=None)


def _follows(exchange: Exchange, each: Round) -> bool:
    answer = each.asked.answer
    return answer is not None and answer.event.seq < exchange.sent.event.seq


def _likeness(exchange: Exchange, each: Round) -> tuple[bool, int]:
    params = exchange.sent.message.params
    keys = set(each.inputs).intersection(as_object(params.get(RESPONSES)))
    return params.get(STATE) == each.state, len(keys)


def _like(exchange: Exchange, each: Round) -> bool:
    """Whether a request brings what was asked, or given, in this round."""
    same_state, keys = _likeness(exchange, each)
    return bool(keys) or (same_state and each.state is not None)


def _brings(exchange: Exchange) -> bool:
    params = exchange.sent.message.params
    return STATE in params or RESPONSES in params


def _asks(exchange: Exchange) -> bool:
    supported = exchange.sent.message.method in SUPPORTED
    return supported and exchange.result.get("resultType") == "input_required"


def same_id(each: Round) -> bool:
    """Whether a retry has the id of the request, on the same connection."""
    if each.retry is None:
        return False
    first, then = each.asked.sent, each.retry.sent
    return first.event.session == then.event.session and id_key(first.message.id) == id_key(
        then.message.id
    )
