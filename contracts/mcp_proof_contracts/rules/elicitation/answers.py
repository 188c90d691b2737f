"""Elicitation, Response Actions: what a server does with what the user answered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.elicitation.requests import PAGE, SINCE
from mcp_proof_contracts.wire import Kind, as_object, encode

PROBE: Final = "user-answers"
REFUSALS: Final = ("decline", "cancel", "error")
NO_FORM: Final = needs("elicitation")


@dataclass(frozen=True, slots=True)
class Call:
    """A request that asked the user, and was answered in a chosen way."""

    last: Exchange
    """The request, or the last of its rounds."""
    content: JsonObject
    """What the user was made to submit."""

    @property
    def complete(self) -> bool:
        """Whether it came to a good end."""
        asks = "inputRequests" in self.last.result or "requestState" in self.last.result
        return self.last.served and not asks and self.last.result.get("isError") is not True


@rule(
    "elicit-server-handles-refusal",
    "MUST",
    f"{PAGE}#error-handling",
    since=SINCE,
    must_since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=NO_FORM,
)
def elicit_handles_refusal(read: Reading) -> Observations:
    """A call comes to an end when the user declines or cancels, or the client fails.

    Users do say no, and whoever waits for their answer alone waits for ever. Looked at: calls
    known to ask the user by a form, with each refusal. How they end is the server's choice, with
    a result, an error or the same question again; to stay silent, while other requests are
    answered and a submitted form ends the call, is a finding.
    """
    for number in read.derived(_numbers):
        accepted = _call(read, "good", number)
        for case in REFUSALS:
            call = _call(read, case, number)
            if call is None:
                continue
            if call.last.answer is not None:
                yield Kept(call.last.answer.event)
            elif accepted is None or not accepted.last.answers or call.last.silence is None:
                continue
            elif call.last.silence.data.get("alive") is True:
                yield Finding.about(
                    call.last,
                    message=f"the call hangs when the user is asked and the answer is: {case}",
                    expected="an end of the call, as when the form is submitted",
                )


@rule(
    "elicit-server-validates-content",
    "SHOULD",
    f"{PAGE}#form-mode-security",
    since=SINCE,
    probes=(PROBE,),
    otherwise=NO_FORM,
)
def elicit_validates_content(read: Reading) -> Observations:
    """What a user submits is taken only if it satisfies the form.

    A client need not have checked it. Looked at: the same call with a right form and with one
    whose every value is of a wrong type. An error, a failed call, another question, or the very
    answer that a refusal gets, keep the rule; the right form's own answer with the wrong values
    in it breaks it. Where neither can be told, nothing is.
    """
    for number in read.derived(_numbers):
        good, bad = _call(read, "good", number), _call(read, "bad", number)
        if good is None or bad is None or not bad.content or not good.complete:
            continue
        if bad.last.answer is None:
            continue
        refused = _call(read, "decline", number)
        declined = _text(refused, good, bad) if refused is not None else None
        given, right = _text(bad, good, bad), _text(good, good, bad)
        if not bad.complete or (given == declined and declined != right):
            yield Kept(bad.last.sent.event)
        elif given == right and declined not in (None, right):
            yield Finding(
                message="a submitted form is taken though its values break the schema",
                expected="an error, or the question again",
                actual=bad.last.outcome,
                events=(*good.last.evidence, *bad.last.evidence),
            )
        else:
            yield Untested("the answers do not show whether a wrong form was taken")


def _numbers(read: Reading) -> list[str]:
    """The numbers of the occasions that were tried."""
    cases = (exchange.case.partition("/")[2] for exchange in read.stimuli(PROBE))
    return list(dict.fromkeys(cases))


def _call(read: Reading, case: str, number: str) -> Call | None:
    """The call that was answered so; `None` where the answer was never asked for."""
    requests = [e for e in read.stimuli(PROBE, f"{case}/{number}") if _is_request(e)]
    submitted = [*_replies(read, case, number, requests)]
    if not requests or not submitted:
        return None
    return Call(requests[-1], as_object(submitted[0].get("content")))


def _is_request(exchange: Exchange) -> bool:
    return exchange.sent.message.kind is Kind.REQUEST


def _replies(
    read: Reading, case: str, number: str, requests: list[Exchange]
) -> Iterator[JsonObject]:
    """What we answered when the user was asked: as responses, or in the rounds of the request."""
    for reply in read.stimuli(PROBE, f"said-{case}/{number}"):
        yield reply.sent.message.result
    for request in requests:
        for given in as_object(request.sent.message.params.get("inputResponses")).values():
            yield as_object(given)


def _text(call: Call, good: Call, bad: Call) -> str:
    """The result as text, with the same sign for what either form had in a field."""
    result = {name: value for name, value in call.last.result.items() if name != "_meta"}
    text = encode(result).decode()
    for name, value in bad.content.items():
        for shown in (_shown(value), _shown(good.content.get(name))):
            text = re.sub(rf'\\*"?{re.escape(shown)}\\*"?', f"<{name}>", text)
    return text


def _shown(value: Json) -> str:
    return value if isinstance(value, str) and value else encode(value).decode()
