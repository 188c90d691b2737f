"""What a server asks of its client: by requests, in 2026-07-28 inside results (patterns/mrtr)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.headers import META_CAPABILITIES
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import Kind, as_object

QUESTIONS: Final = ("sampling/createMessage", "roots/list", "elicitation/create")
"""The methods by which a server asks; each begins with the capability that it takes."""
ASKING_METHODS: Final = ("tools/call", "prompts/get", "resources/read", "tasks/get")
"""What may be answered by questions in 2026-07-28 (patterns/mrtr, Supported Requests; tasks)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question."""

    method: str
    params: JsonObject
    asked: JsonObject
    """All of it, as it came: the request, or the value of `inputRequests`."""
    key: str
    """Its key in `inputRequests`; "" where it is a request."""
    declared: JsonObject
    """The capabilities that the client had declared by then."""
    introduced: bool
    """Whether it was seen what the client declared: not where a recording begins later."""
    said: Said
    exchange: Exchange | None
    """The request that it is part of, where that is known."""

    @property
    def capability(self) -> str:
        """The client capability that it takes."""
        return self.method.partition("/")[0]

    @property
    def label(self) -> str:
        """The question as a finding names it."""
        return f"{self.method} ({self.key!r})" if self.key else self.method

    @property
    def undeclared(self) -> bool:
        """Whether the client surely had not declared the capability."""
        return self.introduced and self.capability not in self.declared

    @property
    def evidence(self) -> tuple[Event, ...]:
        """What shows it."""
        if self.key and self.exchange is not None:
            return self.exchange.evidence
        return (self.said.event,)


def questions(read: Reading, *methods: str) -> Iterator[Question]:
    """Yield what the server asked, of these methods (all when none is named), in order."""
    for question in read.derived(_questions):
        if not methods or question.method in methods:
            yield question


def _questions(read: Reading) -> list[Question]:
    if read.revision.era is Era.STATEFUL:
        return list(_requests(read))
    return list(_inputs(read))


def _requests(read: Reading) -> Iterator[Question]:
    declared: dict[str, JsonObject] = {}
    for exchange in read.exchanges("initialize"):
        given = as_object(exchange.sent.message.params.get("capabilities"))
        declared.setdefault(exchange.sent.event.session, given)
    for said in read.messages(Kind.REQUEST):
        http = read.http_of(said.event)
        yield Question(
            method=said.message.method,
            params=said.message.params,
            asked=as_object(said.message.value),
            key="",
            declared=declared.get(said.event.session, {}),
            introduced=said.event.session in declared,
            said=said,
            exchange=http.sent if http is not None else None,
        )


def _inputs(read: Reading) -> Iterator[Question]:
    for exchange in read.exchanges():
        inputs: Json = exchange.result.get("inputRequests")
        if exchange.answer is None or inputs is None:
            continue
        meta = as_object(exchange.sent.message.params.get("_meta"))
        # A task goes on asking what the request that made it had declared.
        of_task = exchange.sent.message.method == "tasks/get"
        for key, asked in as_object(inputs).items():
            yield Question(
                method=str(as_object(asked).get("method")),
                params=as_object(as_object(asked).get("params")),
                asked=as_object(asked),
                key=key,
                declared=as_object(meta.get(META_CAPABILITIES)),
                introduced=isinstance(meta.get(META_CAPABILITIES), dict) and not of_task,
                said=exchange.answer,
                exchange=exchange,
            )
