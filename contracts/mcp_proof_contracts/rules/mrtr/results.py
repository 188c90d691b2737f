"""Patterns, Multi Round-Trip Requests: the results that ask."""

from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.headers import META_CAPABILITIES
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.questions import QUESTIONS, Question, questions
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.mrtr.traffic import (
    INPUT_REQUIRED,
    INPUTS,
    PROBE,
    STATE,
    SUPPORTED,
    answered,
    asks,
)
from mcp_proof_contracts.wire import Kind, as_object, quote

PAGE: Final = "patterns/mrtr#server-requirements-basic-workflow"
SINCE: Final = Revision.R2026_07_28
NEEDS_PARAMS: Final = ("sampling/createMessage", "elicitation/create")


@rule(
    "mrtr-only-on-supported-methods",
    "MUST NOT",
    "patterns/mrtr#supported-requests",
    since=SINCE,
    otherwise="nothing but tool calls, readings and prompts was answered with a result",
)
def mrtr_only_on_supported_methods(read: Reading) -> Observations:
    """Only tools/call, prompts/get and resources/read are answered by asking for input.

    Clients handle a question only where one may come; a list that asks is a list they never get.
    Looked at: the `resultType` of every result of any other method.
    """
    for said in read.messages(Kind.RESULT):
        exchange = read.exchange_of(said.event)
        if exchange is None:
            continue
        method = exchange.sent.message.method
        if method in SUPPORTED or exchange.answer is not said:
            continue
        if asks(exchange):
            yield Finding.about(
                exchange,
                message=f"{method} is answered by a result that asks for input",
                expected=f"input_required on {', '.join(SUPPORTED)} alone",
            )
        else:
            yield Kept(exchange.sent.event)


@rule(
    "mrtr-at-least-one-member",
    "MUST",
    PAGE,
    since=SINCE,
    otherwise=needs("elicitation"),
)
def mrtr_at_least_one_member(read: Reading) -> Observations:
    """A result that asks has `inputRequests` or `requestState`, and the state is a string.

    With neither there is nothing to answer and nothing to bring back, so that the client can only
    repeat itself.
    """
    for exchange in _asking(read):
        state = exchange.result.get(STATE, "")
        if INPUTS not in exchange.result and STATE not in exchange.result:
            problem = "has neither inputRequests nor requestState"
        elif not isinstance(state, str):
            problem = f"has {quote(state)} as its requestState"
        else:
            yield Kept(exchange.sent.event)
            continue
        yield Finding.about(
            exchange,
            message=f"a result of {exchange.sent.message.method} that asks for input {problem}",
            expected="inputRequests, or a string as requestState, or both",
        )


@rule(
    "mrtr-input-request-kinds",
    "MUST",
    PAGE,
    since=SINCE,
    otherwise=needs("elicitation"),
)
def mrtr_input_request_kinds(read: Reading) -> Observations:
    """`inputRequests` holds requests for elicitation, sampling or roots, each by its key.

    A client knows no other kinds. Looked at: that it is an object, that each value is an object
    with one of the three methods, and with `params` where that method needs them; what the params
    hold is judged by the rules of sampling and elicitation.
    """
    for exchange in _asking(read):
        if INPUTS not in exchange.result:
            continue
        inputs = exchange.result[INPUTS]
        problem = _input_problem(inputs)
        if problem:
            yield Finding.about(
                exchange,
                message=f"inputRequests of {exchange.sent.message.method}: {problem}",
                expected=f"an object of requests for {', '.join(QUESTIONS)}",
            )
        elif as_object(inputs):
            yield Kept(exchange.sent.event)


@rule(
    "mrtr-respects-capabilities",
    "MUST NOT",
    PAGE,
    since=SINCE,
    probes=(PROBE,),
    otherwise=needs("elicitation"),
)
def mrtr_respects_capabilities(read: Reading) -> Observations:
    """A server asks only for what the client has declared in the same request.

    A client without the capability can neither answer nor go on. Looked at: every question beside
    the capabilities of the request that it answers, the modes of elicitation among them, and
    requests that are known to ask, sent by a client that declares nothing.
    """
    broken: set[int] = set()
    for question in questions(read, *QUESTIONS):
        exchange = question.exchange
        supported = exchange is not None and exchange.sent.message.method in SUPPORTED
        lacking = _undeclared(question)
        if supported and exchange is not None and lacking:
            broken.add(exchange.sent.event.seq)
            yield Finding.about(
                exchange,
                message=f"{question.method} is asked of a client that does not declare {lacking}",
                expected="questions that the client has declared, or a refusal",
            )
    for exchange in read.stimuli(PROBE, "undeclared"):
        if answered(exchange) and exchange.sent.event.seq not in broken:
            yield Kept(exchange.sent.event)


@rule(
    "mrtr-result-type-matches",
    "MUST",
    "basic#resulttype",
    since=SINCE,
    otherwise=needs("elicitation"),
)
def mrtr_result_type_matches(read: Reading) -> Observations:
    """A result that holds questions says `input_required`.

    Clients go by `resultType` alone: told that the result is complete, they take the questions
    for an answer. Looked at: results of the three methods that hold requests in `inputRequests`,
    or a `requestState` and nothing of what the method returns. One that says `input_required` and
    holds neither is judged by `mrtr-at-least-one-member`.
    """
    for method, own in SUPPORTED.items():
        for exchange in read.results(method):
            if not _has_questions(exchange, own):
                continue
            if asks(exchange):
                yield Kept(exchange.sent.event)
            elif isinstance(exchange.result.get("resultType"), str):
                yield Finding.about(
                    exchange,
                    message=f"a result of {method} that asks for input says that it is "
                    f"{quote(exchange.result['resultType'])}",
                    expected=f'"resultType": "{INPUT_REQUIRED}"',
                )


def _asking(read: Reading) -> list[Exchange]:
    return read.derived(_all_asking)


def _all_asking(read: Reading) -> list[Exchange]:
    return [e for method in SUPPORTED for e in read.results(method) if asks(e)]


def _input_problem(inputs: Json) -> str:
    """What is wrong with the value of `inputRequests`, or ""."""
    if not isinstance(inputs, dict):
        return f"it is {quote(inputs)}"
    for key, asked in as_object(inputs).items():
        request = as_object(asked)
        if request.get("method") not in QUESTIONS:
            return f"{key} is {quote(asked)}"
        params = request.get("params", {})
        missing = "params" not in request and request["method"] in NEEDS_PARAMS
        if missing or not isinstance(params, dict):
            return f"{key} has no params that {request['method']} could have"
    return ""


def _undeclared(question: Question) -> str:
    """The capability that a question takes and that its client has not declared, or ""."""
    declared: JsonObject = question.declared
    if question.exchange is None or META_CAPABILITIES not in as_object(
        question.exchange.sent.message.params.get("_meta")
    ):
        return ""  # what the client can do is not known: the request is ill-formed itself
    name = question.method.partition("/")[0]
    if name not in declared:
        return name
    if name != "elicitation":
        return ""
    modes = as_object(declared["elicitation"]) or {"form": {}}
    mode = question.params.get("mode", "form")
    return f"elicitation.{mode}" if mode in ("form", "url") and mode not in modes else ""


def _has_questions(exchange: Exchange, own: str) -> bool:
    result = exchange.result
    if INPUTS in result:
        requests = as_object(result[INPUTS]).values()
        if any(as_object(asked).get("method") in QUESTIONS for asked in requests):
            return True
    return isinstance(result.get(STATE), str) and own not in result
