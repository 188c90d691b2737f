"""Elicitation, Capabilities and Elicitation Requests: who may be asked, and by what."""

from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.questions import Question, questions
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Kept, Observations, rule
from mcp_proof_contracts.rules.undeclared import (
    ill_formed,
    is_later,
    not_declared,
    only_if_declared,
)
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_object

PAGE: Final = "client/elicitation"
METHOD: Final = "elicitation/create"
SINCE: Final = Revision.R2025_06_18
MODES_SINCE: Final = Revision.R2025_11_25
MODES: Final = ("form", "url")
EMPTY_FORM: Final[JsonObject] = {"type": "object", "properties": {}}
ANY_URL: Final = "https://example.com/"


def mode_of(question: Question) -> Json:
    """The mode of a question; one without is a form."""
    return question.params.get("mode", "form")


@rule(
    "elicit-server-only-if-declared",
    "MUST NOT",
    f"{PAGE}#capabilities",
    since=SINCE,
    probes=("undeclared",),
    otherwise=needs("elicitation"),
)
def elicit_only_if_declared(read: Reading) -> Observations:
    """A server asks the user only where the client declared `elicitation`.

    A client without a way to ask can only fail the request, and what led to it with it. Looked
    at: requests known to ask the user, from a client that declares nothing; and every other
    question beside what the client had declared. Which mode was declared is for
    `elicit-server-mode-declared`.
    Until 2025-11-25 the duty stands under Lifecycle, Operation, and since then under Multi
    Round-Trip Requests.
    """
    yield from only_if_declared(read, METHOD, "elicitation", "elicitation_url")


@rule(
    "elicit-server-mode-declared",
    "MUST NOT",
    f"{PAGE}#capabilities",
    since=MODES_SINCE,
    probes=("form-only", "url-only"),
    otherwise=needs("elicitation_url"),
)
def elicit_mode_declared(read: Reading) -> Observations:
    """A user is asked in a mode that the client declared; an empty capability stands for forms.

    A client that shows forms may have no browser, and the other way round. Looked at: requests
    known to ask in one mode, from a client that declares only the other; and every other
    question beside what its client declared.
    """
    guilty: set[str] = set()
    for question in questions(read, METHOD):
        mode = mode_of(question)
        if not question.introduced or question.undeclared or is_later(question.exchange):
            continue
        given = as_object(question.declared.get("elicitation"))
        declared = [each for each in MODES if each in given] or ["form"]
        if mode in MODES and mode not in declared:
            guilty.add(question.said.event.session)
            yield not_declared(question, f"elicitation.{mode}")
    for probe in ("form-only", "url-only"):
        for exchange in read.stimuli(probe, "other-mode"):
            if exchange.answer is not None and exchange.sent.event.session not in guilty:
                yield Kept(exchange.answer.event)


@rule(
    "elicit-request-members",
    "MUST",
    f"{PAGE}#elicitation-requests",
    since=SINCE,
    otherwise=needs("elicitation"),
)
def elicit_request_members(read: Reading) -> Observations:
    """A question has a `message`, and what its mode takes: `requestedSchema`, or `url`.

    Without them a client has nothing to show. Looked at: the params by the revision's schema, in
    2025-11-25 with `elicitationId` beside a URL. What stands in the form and in the URL is for
    other rules.
    """
    for question in questions(read, METHOD):
        params = dict(question.params)
        if isinstance(params.get("requestedSchema"), dict):
            params["requestedSchema"] = EMPTY_FORM
        if isinstance(params.get("url"), str):
            params["url"] = ANY_URL
        wrong = problems(read.revision, "ElicitParams", params)
        for problem in wrong:
            yield ill_formed(question, problem, "a message, and the members of its mode")
        if not wrong:
            yield Kept(question.said.event)
