"""ContextFrame, Operations: `GET /mcp/v1/sse/progress/{operation_id}`."""

from http import HTTPStatus
from itertools import pairwise
from typing import Final

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.dialects.contextframe import ENDED, PROGRESS
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.contextframe.traffic import CONTEXTFRAME, MEMBERS, events, streams
from mcp_proof_contracts.wire import as_object

PAGE: Final = "contextframe#operations"
PROBE: Final = ("contextframe-progress",)
NO_OPERATION: Final = "no operation was begun: is there a batch tool that may be called?"


@rule(
    "contextframe-progress-served",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise=NO_OPERATION,
)
def progress_served(read: Reading) -> Observations:
    """The progress of an `operation_id` that was given out is answered with 200 and a stream.

    It is served also when the operation is done already, which the caller cannot know.
    """
    for exchange in streams(read, PROGRESS):
        if exchange.status == HTTPStatus.OK and exchange.is_stream:
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message="an operation cannot be followed",
                expected="200 with Content-Type: text/event-stream",
            )


@rule(
    "contextframe-progress-shape",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise="no progress was heard",
)
def progress_shape(read: Reading) -> Observations:
    """Every event of an operation has `current` and `total`, whole numbers.

    Callers show both of every event. `message` and `status` are texts, and may be left out.
    """
    for exchange in streams(read, PROGRESS):
        for said in exchange.answers if exchange.is_stream else ():
            problem = document_problem("contextframe", "progress", said.message.value)
            if problem is None:
                yield Kept(said.event)
            else:
                yield Finding(
                    message=f"the progress of an operation is not as documented: {problem}",
                    expected=MEMBERS["progress"],
                    actual=said.message.excerpt,
                    events=(exchange.request, said.event),
                )


@rule(
    "contextframe-progress-forward",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise="no operation made progress twice",
)
def progress_forward(read: Reading) -> Observations:
    """`current` never falls, and never exceeds `total`.

    A bar that goes back tells that work was lost. The same number again is fine.
    """
    for exchange in streams(read, PROGRESS):
        told = [(said, _count(said.message.value, "current")) for said in exchange.answers]
        for said, current in told:
            total = _count(said.message.value, "total")
            if current is not None and total is not None and current > total:
                yield Finding(
                    message="an operation has done more than there is to do",
                    expected=f"at most {total}",
                    actual=said.message.excerpt,
                    events=(exchange.request, said.event),
                )
        for (first, before), (second, after) in pairwise(told):
            if before is None or after is None:
                continue
            if before <= after:
                yield Kept(second.event)
            else:
                yield Finding(
                    message="the progress of an operation goes back",
                    expected=f"current: {before} or more",
                    actual=second.message.excerpt,
                    events=(exchange.request, first.event, second.event),
                )


@rule(
    "contextframe-progress-ends",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise=NO_OPERATION,
)
def progress_ends(read: Reading) -> Observations:
    """An operation comes to the status `completed` or `failed` before its stream ends.

    Callers wait for `completed` and go on with the documents. Without it they do not know whether
    all was done. An operation that takes longer than verify waits is untested.
    """
    for exchange in streams(read, PROGRESS):
        statuses = [as_object(event).get("status") for event in events(exchange)]
        if not exchange.is_stream:
            continue
        if any(status in ENDED for status in statuses):
            yield Kept(exchange.request)
        elif exchange.end is None or exchange.end.data.get("how") == "closed":
            yield Untested("the operation had not ended when verify waited no longer")
        else:
            yield Finding.about(
                exchange,
                message="the stream of an operation ends, and the operation has not",
                expected='"status": "completed" or "failed"',
            )


def _count(value: Json, member: str) -> int | None:
    count = as_object(value).get(member)
    return count if isinstance(count, int) and not isinstance(count, bool) else None
