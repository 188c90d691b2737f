"""Queue, Responses: what stands under the key of a request."""

from typing import Final

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.dialects.queue import failure_in, value_in
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Kept, Observations, rule
from mcp_proof_contracts.rules.queue.traffic import (
    NO_RESPONSE,
    QUEUE,
    listed,
    pushed,
    value,
)
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.wire import as_object, quote

PAGE: Final = "queue#responses"


@rule("queue-response-shape", "MUST", PAGE, dialects=QUEUE, otherwise=NO_RESPONSE)
def response_shape(read: Reading) -> Observations:
    """A response is the text of a JSON object, kept as a string of Redis.

    Clients get it with GET and read it as JSON; a list or a hash under the key, or a bare text, is
    an error there.
    """
    for request in pushed(read):
        for response in request.responses:
            problem = document_problem("queue", "response", value(response))
            if problem is None:
                yield Kept(response)
            else:
                what = f"the response to a request of {request.tool} is no JSON object"
                yield request.finding(what, "a string that holds a JSON object", response)


@rule("queue-response-outcome", "implied", PAGE, dialects=QUEUE, otherwise=NO_RESPONSE)
def response_outcome(read: Reading) -> Observations:
    """A response has a `result`, or an `error` where the tool failed.

    Otherwise nobody can tell an answer from a failure that is written down as one.
    """
    for request in pushed(read):
        for response in request.responses:
            answer = as_object(value(response))
            problem = document_problem("queue", "outcome", answer) if answer else None
            if answer and problem is None:
                yield Kept(response)
            elif answer:
                what = f"a response does not tell whether {request.tool} succeeded: {problem}"
                yield request.finding(what, "a `result`, or an `error`", response)


@rule(
    "queue-response-id",
    "MUST",
    PAGE,
    dialects=QUEUE,
    otherwise="no response names the request that it answers",
)
def response_id(read: Reading) -> Observations:
    """The `request_id` of a response, where it has one, is the id in its key.

    Many requests are under way at once; who finds the answer to another one under its own key has
    been given what is not meant for it.
    """
    for request in pushed(read):
        for response in request.responses:
            named = as_object(value(response)).get("request_id")
            if named == request.id:
                yield Kept(response)
            elif named is not None:
                what = f"the response to {quote(request.id)} names another request"
                yield request.finding(what, f'"request_id": {quote(request.id)}', response)


@rule("queue-response-expires", "SHOULD", PAGE, dialects=QUEUE, otherwise=NO_RESPONSE)
def response_expires(read: Reading) -> Observations:
    """A response that nobody reads expires.

    A client that has given up does not come back for it: without a time to live the responses of
    all who did stay in memory for good.
    """
    for request in pushed(read):
        for response in request.responses:
            if response.data.get("expires") is not None:
                yield Kept(response)
            elif "expires" in response.data:  # of a recorded client nobody knows that has not asked
                what = f"the response to a request of {request.tool} stays until it is read"
                yield request.finding(what, "a key with a time to live (SET … EX)", response)


@rule(
    "queue-output-schema-kept",
    "MUST",
    "queue#tools",
    dialects=QUEUE,
    otherwise="no tool that is listed with an output_schema has answered",
)
def output_schema_kept(read: Reading) -> Observations:
    """What a tool gives back satisfies the `output_schema` with which it is listed.

    Callers read members that the schema promises. A tool that declares none promises nothing.
    """
    tools = listed(read)
    for request in pushed(read):
        schema = as_object(tools.get(request.tool, {})).get("output_schema")
        if schema is None or schema_problem(schema) is not None:
            continue
        for response in request.responses:
            answer = as_object(value(response))
            if not answer or failure_in(answer) is not None:
                continue
            if document_problem("queue", "outcome", answer) is not None:
                continue  # `queue-response-outcome` names it
            problems = instance_problems(schema, value_in(answer))
            if not problems:
                yield Kept(response)
            else:
                where = problems[0].pointer or "(whole)"
                what = f"what {request.tool} gave breaks its output_schema: {where}: "
                yield request.finding(
                    what + problems[0].message, "a result that satisfies it", response
                )
