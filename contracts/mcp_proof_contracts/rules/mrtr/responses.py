"""Patterns, Multi Round-Trip Requests, Error Handling: answers that are missing, odd or wrong."""

from typing import Final

from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.mrtr.traffic import (
    PROBE,
    asks,
    completed,
    varied,
)
from mcp_proof_contracts.rules.tools.called import failed_in_tool

PAGE: Final = "patterns/mrtr#error-handling"
SINCE: Final = Revision.R2026_07_28


@rule(
    "mrtr-missing-response-asked-again",
    "SHOULD",
    PAGE,
    since=SINCE,
    probes=(PROBE,),
    otherwise=needs("elicitation"),
)
def mrtr_missing_response_asked_again(read: Reading) -> Observations:
    """An answer that the server needs and does not get is asked for again.

    A user may have closed one of two forms: with an error all is lost, also what was answered.
    Looked at: a retry without one of the answers. A server that completes it did not need the
    answer, which is not judged.
    """
    for exchange in varied(read, "missing"):
        if asks(exchange):
            yield Kept(exchange.sent.event)
        elif exchange.refused or failed_in_tool(exchange):
            yield Finding.about(
                exchange,
                message=f"the retry of {exchange.sent.message.method} without one of the answers "
                "ends in an error",
                expected="a result that asks for the missing answer again",
            )
        else:
            yield Untested("the server did not need the answer that was missing")


@rule(
    "mrtr-extra-responses-ignored",
    "SHOULD",
    PAGE,
    since=SINCE,
    probes=(PROBE,),
    otherwise=needs("elicitation"),
)
def mrtr_extra_responses_ignored(read: Reading) -> Observations:
    """An answer to something that was not asked is passed over.

    Looked at: a retry with all answers and one more, under a key that the server did not give.
    """
    for exchange in varied(read, "extra"):
        if completed(exchange):
            yield Kept(exchange.sent.event)
        elif exchange.refused or failed_in_tool(exchange):
            yield Finding.about(
                exchange,
                message=f"the retry of {exchange.sent.message.method} fails for an answer that was "
                "not asked for",
                expected="the result that the retry has without it",
            )
        else:
            yield Untested("the server asked on")


@rule(
    "mrtr-bad-responses-error",
    "SHOULD",
    PAGE,
    since=SINCE,
    probes=(PROBE,),
    otherwise=needs("elicitation"),
)
def mrtr_bad_responses_error(read: Reading) -> Observations:
    """`inputResponses` that cannot be understood are refused.

    Looked at: a list in the place of the object, and a number in the place of an answer. A
    JSON-RPC error is what the page asks for; a new question, or a failure of the tool, shows as
    well that they were looked at.
    """
    for case in ("bad-whole", "bad-value"):
        for exchange in varied(read, case):
            if completed(exchange):
                yield Finding.about(
                    exchange,
                    message=f"the retry of {exchange.sent.message.method} is completed with "
                    "inputResponses that mean nothing",
                    expected="a JSON-RPC error",
                )
            elif exchange.answered_by_error or asks(exchange):
                yield Kept(exchange.sent.event)
            else:
                yield Untested("the retry failed, but not with a JSON-RPC error")
