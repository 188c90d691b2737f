"""Queue, Requests: what is taken from the list, and that it is taken for good."""

from typing import Final

from mcp_proof_contracts.dialects.queue import failure_in
from mcp_proof_contracts.reading import ORDINARY, Reading
from mcp_proof_contracts.rule import Kept, Observation, Observations, Untested, rule
from mcp_proof_contracts.rules.queue.traffic import CONTROL, QUEUE, Requested, listed, pushed, value
from mcp_proof_contracts.wire import as_object

PAGE: Final = "queue#requests"
NO_CALL: Final = "no tool that may be called is listed under mcp:tools with an input_schema"
NOT_LISTED: Final = "what the tool takes is not listed under mcp:tools: its request may be at fault"
AFTER: Final = {
    "queue-unknown-tool": "a request of a tool that does not exist",
    "queue-invalid-arguments": "requests with wrong arguments",
    "queue-bad-request": "requests that are incomplete",
    "queue-malformed": "entries that are no requests",
}
"""What the control request at the end of each probe comes after."""


@rule("queue-request-answered", "MUST", PAGE, dialects=QUEUE, otherwise=NO_CALL)
def request_answered(read: Reading) -> Observations:
    """A request is answered under `mcp:responses:` and its own id, within a bounded time.

    Who has pushed a request looks there, and gives up in the end. Looked at: calls in order, each
    for as long as --timeout says. A call whose arguments nobody could know, for the tool is only
    named by --tool, may fail; it has to be taken.
    """
    tools = listed(read)
    for request in pushed(read, *ORDINARY, "queue-answered-once"):
        if request.responses:
            yield Kept(request.responses[0])
        elif request.taken and request.tool not in tools:
            yield Untested(NOT_LISTED)
        else:
            what = "was taken, but not answered" if request.taken else "was not taken"
            yield request.finding(f"a request of {request.tool} {what}", "a response under its id")


@rule(
    "queue-answered-once",
    "MUST",
    PAGE,
    dialects=QUEUE,
    probes=("queue-answered-once",),
    otherwise=NO_CALL,
)
def answered_once(read: Reading) -> Observations:
    """A request is answered once: nothing more comes after its response was read.

    A response that comes again was worked for twice, or was no answer yet when it was first read;
    nobody looks for it, and it stays. Looked at: the key of a response that was read, once more
    after a later request was answered, and the events that tell of its end.
    """
    for request in pushed(read, "queue-answered-once"):
        again = request.responses[1:] or request.completed[1:]
        if again:
            what = "a request was answered again after its response was read"
            yield request.finding(what, "one response, and no second event", again[0])
        elif request.clear is not None:
            yield Kept(request.clear)


@rule(
    "queue-goes-on",
    "MUST",
    PAGE,
    dialects=QUEUE,
    probes=tuple(AFTER),
    otherwise="nothing that a server could stumble over was pushed",
)
def goes_on(read: Reading) -> Observations:
    """After whatever stands in the list, the next request is taken and answered.

    The list belongs to all clients: the mistake of one must not end the server for the others.
    Looked at: a good request after one of an unknown tool, after wrong arguments, after incomplete
    requests, and after entries that are no JSON, no object, or have no id. Where no good request is
    known, the one after them is of a tool that does not exist, and only has to be taken.
    """
    for request in pushed(read, *AFTER):
        if not request.case.startswith(CONTROL):
            continue
        if request.responses or (request.case != CONTROL and request.taken):
            yield Kept(request.sent)
        else:
            after = AFTER[request.probe]
            what = "answered" if request.taken else "taken"
            yield request.finding(f"after {after} the next one was not {what}", "a response")


@rule(
    "queue-unknown-tool-refused",
    "SHOULD",
    "queue#failures",
    dialects=QUEUE,
    probes=("queue-unknown-tool",),
    otherwise="no unknown tool was asked for",
)
def unknown_tool_refused(read: Reading) -> Observations:
    """A request of a tool that does not exist is answered with an error.

    Without an answer its client waits until it gives up, and cannot tell a wrong name from a server
    that is down.
    """
    for request in _stimuli(read, "queue-unknown-tool"):
        yield _refused(request, "a request of a tool that does not exist")


@rule(
    "queue-arguments-checked",
    "SHOULD",
    "queue#failures",
    dialects=QUEUE,
    probes=("queue-invalid-arguments",),
    otherwise="no tool that may be called has arguments to get wrong",
)
def arguments_checked(read: Reading) -> Observations:
    """Arguments that break a tool's input schema are answered with an error.

    Clients are told to check before they ask, but anybody can push. Looked at: a required argument
    missing, and a string that is an object, as the listed schema itself confirms.
    """
    for request in _stimuli(read, "queue-invalid-arguments"):
        yield _refused(request, f"a request of {request.tool} with {request.case}")


@rule(
    "queue-bad-request-refused",
    "SHOULD",
    "queue#failures",
    dialects=QUEUE,
    probes=("queue-bad-request",),
    otherwise="no incomplete request was pushed",
)
def bad_request_refused(read: Reading) -> Observations:
    """A request that has an id, but is not complete, is answered with an error.

    The id says where somebody waits. Looked at: a request without a tool, and one whose arguments
    are a text.
    """
    for request in _stimuli(read, "queue-bad-request"):
        yield _refused(request, f"a request {request.case}")


def _stimuli(read: Reading, probe: str) -> list[Requested]:
    return [each for each in pushed(read, probe) if not each.case.startswith(CONTROL)]


def _refused(request: Requested, what: str) -> Observation:
    if not request.responses:
        return request.finding(f"{what} got no answer", "a response with an error")
    if failure_in(as_object(value(request.responses[0]))) is not None:
        return Kept(request.responses[0])
    return request.finding(f"{what} was answered as if it had succeeded", "an error")
