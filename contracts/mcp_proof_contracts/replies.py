"""What a client answered to what it was asked: by responses, in 2026-07-28 inside its retries."""

from collections.abc import Iterator
from dataclasses import dataclass

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.questions import Question, questions
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.rounds import RESPONSES, Round, rounds
from mcp_proof_contracts.rule import Finding
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import Kind, as_list, as_object, quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One question to the client, and what came of it."""

    question: Question
    event: Event | None = None
    """What holds the answer; `None` where none came."""
    value: Json = None
    """The result, if it is one."""
    error: JsonObject | None = None
    """The error, if it is one."""
    round: Round | None = None
    """The round that the question is part of, in the stateless era."""

    @property
    def given(self) -> bool:
        """Whether a result came."""
        return self.event is not None and self.error is None

    @property
    def result(self) -> JsonObject:
        """The members of the result; {} where none came."""
        return as_object(self.value) if self.given else {}

    @property
    def code(self) -> Json:
        """The code of the error; `None` where none came."""
        return self.error.get("code") if self.error is not None else None

    @property
    def accepted(self) -> bool:
        """Whether a user has accepted."""
        return self.result.get("action") == "accept"

    @property
    def evidence(self) -> tuple[Event, ...]:
        """The question and the answer."""
        asked = self.question.evidence
        return asked if self.event is None else (*asked, self.event)

    @property
    def outcome(self) -> str:
        """What came, in words."""
        if self.event is None:
            return "no answer"
        return f"error {quote(self.error)}" if self.error is not None else quote(self.value)

    def finding(self, message: str, expected: str, *more: Event) -> Finding:
        """Return a finding about it."""
        return Finding(
            message=message,
            expected=expected,
            actual=self.outcome,
            events=(*more, *self.evidence),
        )


def replies(read: Reading, method: str) -> Iterator[Reply]:
    """Yield the questions of one method, in order, each with what the client answered."""
    for reply in read.derived(_replies):
        if reply.question.method == method:
            yield reply


def declared(question: Question, path: str) -> bool:
    """Whether the client had declared a capability ("sampling"), or a part ("sampling.tools")."""
    return _has(question.declared, path)


def modes(question: Question) -> tuple[str, ...]:
    """The modes in which a client had declared that its user can be asked."""
    return _modes(question.declared)


def may_be_asked(capabilities: JsonObject, question: JsonObject) -> bool:
    """Whether a client that declares this can be asked so, down to modes and tools."""
    capability = str(question.get("method")).partition("/")[0]
    params = as_object(question.get("params"))
    if capability == "elicitation":
        return params.get("mode", "form") in _modes(capabilities)
    with_tools = "tools" in params or "toolChoice" in params
    return _has(capabilities, "sampling.tools" if with_tools else capability)


def _has(capabilities: JsonObject, path: str) -> bool:
    value: Json = capabilities
    for name in path.split("."):
        given = as_object(value)
        if name not in given:
            return False
        value = given[name]
    return value is not False and value is not None


def _modes(capabilities: JsonObject) -> tuple[str, ...]:
    given = capabilities.get("elicitation")
    if not isinstance(given, dict):
        return ()
    # An empty object stands for form mode alone (client/elicitation, Capabilities).
    return tuple(each for each in ("form", "url") if each in given) or ("form",)


def blocks(message: JsonObject) -> list[JsonObject]:
    """The content of a message, be it one block or several."""
    content = message.get("content")
    several = as_list(content) if isinstance(content, list) else [content]
    return [block for block in several if isinstance(block, dict)]


def _replies(read: Reading) -> list[Reply]:
    asked = questions(read.counterpart)
    if read.revision.era is Era.STATELESS:
        known = {id(each.asked): each for each in rounds(read).rounds}
        return [_in_round(question, known) for question in asked]
    made = {(e.sent.event.seq, e.sent.index): e for e in read.exchanges()}
    return [
        _by_response(question, made[question.said.event.seq, question.said.index])
        for question in asked
        if (question.said.event.seq, question.said.index) in made
    ]


def _by_response(question: Question, exchange: Exchange) -> Reply:
    answer = exchange.answer
    if answer is None:
        return Reply(question=question)
    if answer.message.kind is Kind.ERROR:
        return Reply(question=question, event=answer.event, error=answer.message.error)
    return Reply(question=question, event=answer.event, value=answer.message.members.get("result"))


def _in_round(question: Question, known: dict[int, Round]) -> Reply:
    each = known.get(id(question.exchange))
    if (
        each is None
        or each.retry is None
        or question.key not in as_object(each.brought.get(RESPONSES))
    ):
        return Reply(question=question, round=each)
    return Reply(
        question=question,
        event=each.retry.sent.event,
        value=as_object(each.brought.get(RESPONSES))[question.key],
        round=each,
    )
