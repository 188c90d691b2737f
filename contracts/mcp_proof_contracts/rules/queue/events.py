"""Queue, Events: requests and their ends, told on channels."""

from typing import Final

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.dialects.queue import failure_in
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.queue.requests import NO_CALL
from mcp_proof_contracts.rules.queue.traffic import QUEUE, completions, published, shown, value
from mcp_proof_contracts.wire import as_object

PAGE: Final = "queue#events"
NOBODY: Final = "nobody listens on tool.requested"


@rule(
    "queue-completed-event",
    "MUST",
    PAGE,
    dialects=QUEUE,
    probes=("queue-events",),
    otherwise=NO_CALL,
)
def completed_event(read: Reading) -> Observations:
    """A request on `tool.requested` is followed by a `tool.completed` with its `request_id`.

    That event is the only answer there is: who has asked so waits for it alone. Where nobody
    listens on the channel the server does without events, which is its right.
    """
    for request in published(read, "good"):
        if not request.receivers:
            yield Untested(NOBODY)
        elif request.completed:
            yield Kept(request.completed[0])
        else:
            what = f"a request of {request.tool} on tool.requested was never completed"
            yield request.finding(what, "an event on tool.completed")


@rule(
    "queue-failure-completed",
    "SHOULD",
    PAGE,
    dialects=QUEUE,
    probes=("queue-events",),
    otherwise="nothing that fails was asked for",
)
def failure_completed(read: Reading) -> Observations:
    """A request on `tool.requested` that fails is completed too, with an `error`.

    Who waits for the event would otherwise wait for good. Looked at: a tool that does not exist.
    """
    for request in published(read, "unknown tool"):
        if not request.receivers:
            yield Untested(NOBODY)
        elif not request.completed:
            yield request.finding("a request that failed was never completed", "an `error`")
        elif failure_in(as_object(value(request.completed[0]))) is not None:
            yield Kept(request.completed[0])
        else:
            yield request.finding("a request that failed was completed as if not", "an `error`")


@rule(
    "queue-completed-shape",
    "MUST",
    PAGE,
    dialects=QUEUE,
    otherwise="nothing was told on tool.completed",
)
def completed_shape(read: Reading) -> Observations:
    """An event on `tool.completed` has `request_id` and `tool`, and a `result` or an `error`.

    All who wait hear all events, and find their own by the id.
    """
    for event in completions(read):
        problem = document_problem("queue", "completed", value(event))
        if problem is None:
            yield Kept(event)
        else:
            yield Finding(
                message=f"an event on tool.completed is not as documented: {problem}",
                expected="request_id, tool, and result or error",
                actual=shown(event),
                events=(event,),
            )
