"""Completion: suggestions for the arguments of prompts and the variables of templates."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_integer, as_list, as_object, is_integer, quote

PAGE: Final = "utilities/completion"
CAPABILITIES: Final = f"{PAGE}#capabilities"
RESULTS: Final = f"{PAGE}#completion-results"
ERRORS: Final = f"{PAGE}#error-handling"
METHOD: Final = "completion/complete"
DECLARED_SINCE: Final = Revision.R2025_03_26
"""From which revision on there is a capability, and a section on errors."""
COMPLETIONS: Final = "completions"
UNDECLARED: Final = "undeclared-completions"
INVALID: Final = "invalid-completions"
FAILURE: Final = "completion-failure"
MOST: Final = 100
NOTHING_COMPLETED: Final = "no completion was given"
NOT_DECLARED: Final = "the server declares completions, or did not answer"
NO_REFERENCE: Final = (
    "completions are not declared, or neither a prompt with arguments nor a template was listed"
)


@rule(
    "completion-capability-declared",
    "MUST",
    CAPABILITIES,
    since=DECLARED_SINCE,
    probes=(UNDECLARED, COMPLETIONS),
    otherwise=NOTHING_COMPLETED,
)
def capability_declared(read: Reading) -> Observations:
    """A server that completes declares the `completions` capability.

    Clients do not ask for completions that are not declared. Looked at: whether completion/complete
    gives values all the same. An error and an empty list are both fine where nothing is declared.
    """
    for exchange, completion in _completions(read):
        if read.introduction is None or not as_list(completion.get("values")):
            continue
        if read.declares("completions"):
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message="completions are given, but the `completions` capability was not declared",
                expected="`completions` among the declared capabilities",
                actual=f"capabilities: {', '.join(read.capabilities) or 'none'}",
                events=(*read.introduction.evidence, *exchange.evidence),
            )


@rule(
    "completion-result-shape",
    "schema",
    RESULTS,
    probes=(COMPLETIONS,),
    otherwise=NOTHING_COMPLETED,
)
def result_shape(read: Reading) -> Observations:
    """A completion has `values`, an array of strings; `total` is an integer, `hasMore` a boolean.

    Looked at: every result of completion/complete by the revision's definition. The array may be
    empty, and the other members left out. How many values there may be is for another rule.
    """
    for exchange in read.results(METHOD):
        wrong = problems(read.revision, "Completion", _cut(exchange.result.get("completion")))
        if not wrong:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"a completion is ill-formed: {wrong[0]}",
                expected="`completion` with `values`, an array of strings",
            )


@rule(
    "completion-max-100",
    "MUST NOT",
    RESULTS,
    probes=(COMPLETIONS,),
    otherwise="nothing was completed for which there are 100 values or more",
)
def max_100(read: Reading) -> Observations:
    """One completion has no more than 100 values.

    Clients show them in a list. Looked at: completions of which there are at least so many, as
    their number, `total` or `hasMore` tells; others could not break the rule.
    """
    for exchange, completion in _completions(read):
        count = len(as_list(completion.get("values")))
        if count > MOST:
            yield Finding(
                message=f"a completion has {count} values",
                expected=f"{MOST} at most, and `hasMore`",
                actual=f"{count} values",
                events=exchange.evidence,
            )
        elif count == MOST or _total(completion) > MOST or completion.get("hasMore") is True:
            yield Kept(exchange.sent.event)


@rule(
    "completion-total-consistent",
    "implied",
    RESULTS,
    probes=(COMPLETIONS,),
    otherwise="no completion says how many values there are",
)
def total_consistent(read: Reading) -> Observations:
    """`total` is not smaller than the number of values, and agrees with `hasMore`.

    It counts all that match, those that were sent included. Looked at: results with a `total`.
    More than was sent, while `hasMore` is false, is a contradiction too.
    """
    for exchange, completion in _completions(read):
        total, count = _total(completion), len(as_list(completion.get("values")))
        if total < 0:
            continue
        hidden = completion.get("hasMore") is False and total > count
        if not hidden and total >= count:
            yield Kept(exchange.sent.event)
        else:
            more = ", and `hasMore` is false" if hidden else ""
            yield Finding.about(
                exchange,
                message=f"a completion of {count} values has a total of {total}{more}",
                expected="a total of all that match, and `hasMore` where some were left out",
            )


@rule(
    "completion-not-supported-32601",
    "SHOULD",
    ERRORS,
    since=DECLARED_SINCE,
    probes=(UNDECLARED,),
    otherwise=NOT_DECLARED,
)
def not_supported(read: Reading) -> Observations:
    """A server without completions refuses completion/complete with -32601.

    Another code says that the request was wrong, and could be mended. An empty result is not
    judged: the page does not speak of it.
    """
    for exchange in read.stimuli(UNDECLARED):
        if exchange.sent.message.method != METHOD or read.introduction is None:
            continue
        if exchange.error_code == METHOD_NOT_FOUND:
            yield Kept(exchange.sent.event)
        elif exchange.answered_by_error:
            yield Finding.about(
                exchange,
                message="completions are not declared, and refused with another code",
                expected=f"error {METHOD_NOT_FOUND}",
            )


@rule(
    "completion-invalid-ref-32602",
    "SHOULD",
    ERRORS,
    since=DECLARED_SINCE,
    probes=(INVALID,),
    otherwise="the `completions` capability was not declared",
)
def invalid_ref(read: Reading) -> Observations:
    """A completion for what does not exist is refused with -32602.

    Looked at: a prompt that no server has, a request without `argument`, and a reference of an
    unknown type, which must only not be served. The page does not speak of unknown templates, for
    which an empty list is common.
    """
    for exchange in read.stimuli(INVALID):
        if exchange.sent.message.method != METHOD or exchange.error_code == METHOD_NOT_FOUND:
            continue
        if exchange.error_code == INVALID_PARAMS:
            yield Kept(exchange.sent.event)
        elif exchange.served or (exchange.answered_by_error and exchange.case != "unknown type"):
            yield Finding.about(
                exchange,
                message=f"a wrong completion/complete is not refused as such ({exchange.case})",
                expected=f"error {INVALID_PARAMS}",
            )


@rule(
    "completion-internal-error-code",
    "SHOULD",
    ERRORS,
    since=DECLARED_SINCE,
    probes=(FAILURE,),
    otherwise=needs("completion_failure"),
)
def internal_error_code(read: Reading) -> Observations:
    """A completion that fails in the server is answered with -32603.

    Any other code says that something else was wrong, which a client would try to mend. Looked
    at: a completion of which the user says that it fails.
    """
    for exchange in read.stimuli(FAILURE):
        if exchange.error_code == INTERNAL_ERROR:
            yield Kept(exchange.sent.event)
        elif exchange.answered_by_error:
            yield Finding.about(
                exchange,
                message=f"a failure of the server was reported with {exchange.error_code}",
                expected=f"error {INTERNAL_ERROR}",
            )
        else:
            yield Untested("the completion that is said to fail did not fail")


@rule(
    "completion-context-accepted",
    "implied",
    f"{PAGE}#requesting-completions",
    since=Revision.R2025_06_18,
    probes=(COMPLETIONS,),
    otherwise=NO_REFERENCE,
)
def context_accepted(read: Reading) -> Observations:
    """A completion request may say in `context.arguments` what the other arguments are.

    Looked at: a request that is served without a context, once more with one. Its arguments are
    values that the server itself has suggested, or none.
    """
    served = {_asked(e) for e in read.stimuli(COMPLETIONS, "plain") if e.served}
    for exchange in read.stimuli(COMPLETIONS, "context"):
        if exchange.sent.message.method != METHOD or _asked(exchange) not in served:
            continue
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.answered_by_error:
            yield Finding.about(
                exchange,
                message="a completion is refused because the request has a `context`",
                expected="a completion, as without a context",
            )


@rule(
    "completion-answers-if-declared",
    "MUST",
    CAPABILITIES,
    since=DECLARED_SINCE,
    probes=(COMPLETIONS,),
    otherwise=NO_REFERENCE,
)
def answers_if_declared(read: Reading) -> Observations:
    """A server that declares `completions` answers completion/complete for what it lists.

    Looked at: requests for listed prompts and templates. An empty list is an answer. One refusal
    among others that are served may have its reason, and is none of this rule's.
    """
    if not read.declares("completions"):
        return
    asked = [e for e in read.stimuli(COMPLETIONS, "plain") if e.sent.message.method == METHOD]
    served = [exchange for exchange in asked if exchange.served]
    yield from (Kept(exchange.sent.event) for exchange in served)
    refused = [exchange for exchange in asked if exchange.answered_by_error]
    if refused and not served:
        yield Finding.about(
            refused[0],
            message="completions are declared, and refused for all that is listed",
            expected="a result with `completion`",
        )


def _completions(read: Reading) -> Iterator[tuple[Exchange, JsonObject]]:
    """Every completion that was given."""
    for exchange in read.results(METHOD):
        completion = exchange.result.get("completion")
        if isinstance(completion, dict):
            yield exchange, completion


def _cut(completion: Json) -> Json:
    """The completion with no more values than it may have, for what they are alone."""
    if not isinstance(completion, dict) or not isinstance(completion.get("values"), list):
        return completion
    return {**completion, "values": list(as_list(completion["values"]))[:MOST]}


def _total(completion: JsonObject) -> int:
    """The total that a completion states; -1 when it states none."""
    total = completion.get("total")
    return as_integer(total) if is_integer(total) else -1


def _asked(exchange: Exchange) -> str:
    """What is to be completed, whatever the context."""
    params = exchange.sent.message.params
    return quote([params.get("ref"), as_object(params.get("argument"))])
