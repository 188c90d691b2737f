"""Which ordinary requests made the server do what rules are about."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.questions import Question, questions
from mcp_proof_contracts.reading import ORDINARY, Reading
from mcp_proof_contracts.wire import PROGRESS, Kind, as_object

SLOW: Final = 1.0
"""Seconds from which on a call is worth cancelling."""
USES: Final = ("tools/call", "prompts/get", "resources/read")
OWN_PARAMS: Final = ("_meta", "inputResponses", "requestState", "task")
"""What the client adds to a request, which is no part of the occasion."""
TOLD: Final = {
    PROGRESS: "progress",
    "notifications/message": "logging",
    "notifications/tools/list_changed": "tools_changed",
    "notifications/resources/list_changed": "resources_changed",
    "notifications/prompts/list_changed": "prompts_changed",
}
ASKED: Final = {"sampling/createMessage": "sampling", "roots/list": "roots"}


def occasions_seen(read: Reading) -> dict[str, list[Occasion]]:
    """Return the occasions by name, as far as ordinary requests of this transcript show them."""
    found: dict[str, list[Occasion]] = defaultdict(list)
    asked = _by_request(read)
    for method in USES:
        for exchange in read.exchanges(method):
            if exchange.probe not in ORDINARY:
                continue
            occasion = Occasion(method, bare_params(exchange.sent.message.params))
            for name in _names(read, exchange, asked):
                if occasion not in found[name]:
                    found[name].append(occasion)
    return dict(found)


def in_order(named: Sequence[Occasion], seen: Sequence[Occasion]) -> list[Occasion]:
    """Return what the user named, what was seen to do it first; then what was only seen."""
    found = [each for each in named if each in seen]
    found += [each for each in named if each not in seen]
    return found + [each for each in seen if each not in named]


def _names(read: Reading, exchange: Exchange, asked: dict[int, list[Question]]) -> Iterator[str]:
    yield from map(_kind, asked.get(exchange.sent.event.seq, ()))
    if "requestState" in exchange.sent.message.params and "inputRequests" in exchange.result:
        yield "rounds"
    if exchange.result.get("isError") is True:
        yield "failure"
    if exchange.result.get("resultType") == "task" or "task" in exchange.result:
        yield "task"
    yield from (TOLD[method] for method in _beside(read, exchange) if method in TOLD)
    answered = exchange.answer
    if answered is not None and answered.event.at - exchange.sent.event.at >= SLOW:
        yield "slow"


def _kind(question: Question) -> str:
    if question.method == "elicitation/create":
        return "elicitation_url" if question.params.get("mode") == "url" else "elicitation"
    return ASKED.get(question.method, "")


def _by_request(read: Reading) -> dict[int, list[Question]]:
    """The questions by the sequence number of the request that led to them."""
    found: dict[int, list[Question]] = defaultdict(list)
    for question in questions(read):
        exchange = question.exchange or _running(read, question.said.event.session, question)
        if exchange is not None and _kind(question):
            found[exchange.sent.event.seq].append(question)
    return found


def _running(read: Reading, session: str, question: Question) -> Exchange | None:
    """The request that was under way on one channel when a question came."""
    at = question.said.event.seq
    for exchange in reversed(read.exchanges()):
        sent = exchange.sent
        if sent.event.session == session and sent.event.seq < at and sent.message.method in USES:
            answered = exchange.answer is not None and exchange.answer.event.seq < at
            return None if answered else exchange
    return None


def _beside(read: Reading, exchange: Exchange) -> Iterator[str]:
    """The methods of the notifications that came between a request and its answer."""
    first = exchange.sent.event
    last = exchange.answer.event.seq if exchange.answer is not None else first.seq
    for said in read.messages(Kind.NOTIFICATION):
        if first.seq < said.event.seq <= last and said.event.session == first.session:
            yield said.message.method


def bare_params(params: JsonObject) -> JsonObject:
    """What a request would be without what the client adds to any."""
    return as_object({n: value for n, value in params.items() if n not in OWN_PARAMS})
