"""REST, Execute: tools are executed in order, up to the first that fails."""

from http import HTTPStatus

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.as_documented import as_documented
from mcp_proof_contracts.rules.rest.traffic import (
    NO_EXECUTION,
    REST,
    answered,
    barred,
    body,
    good,
    results,
    slugs,
    succeeded,
    succeeding,
)
from mcp_proof_contracts.statuses import REFUSED
from mcp_proof_contracts.wire import as_object, quote

PAGE = "rest#execute"
SERVER_ERROR = 500


@rule("rest-execute-shape", "MUST", PAGE, dialects=REST, otherwise=NO_EXECUTION)
def execute_shape(read: Reading) -> Observations:
    """An execution that is answered with 200 has a request id, and either results or an error.

    Callers decide by `successful`: `data.results` belongs to true, a text in `error` to false.
    Looked at: the whole body, by its JSON Schema.
    """
    for exchange in answered(read):
        problem = document_problem("rest", "execute-response", exchange.response_json)
        yield as_documented(
            exchange,
            "the answer to an execution",
            problem,
            "request_id, successful, and data.results or else error",
        )


@rule("rest-good-body-served", "MUST", PAGE, dialects=REST, otherwise=NO_EXECUTION)
def good_body_served(read: Reading) -> Observations:
    """An execution whose body is in order is answered without a server error.

    A tool that fails is an answer, with `successful` false; `request_id` may be left out. Statuses
    of 500 and above make callers try again, or give the server up.
    """
    for exchange in good(read):
        if exchange.status is not None and exchange.status < SERVER_ERROR:
            yield Kept(exchange.request)
        else:
            without = "request_id" not in as_object(exchange.request_json)
            yield Finding.about(
                exchange,
                message="an execution in order was not served"
                + (", for it gave no request_id" if without else ""),
                expected="200 with the results, or with successful: false",
            )


@rule("rest-request-id-echoed", "MUST", PAGE, dialects=REST, otherwise=NO_EXECUTION)
def request_id_echoed(read: Reading) -> Observations:
    """The `request_id` of an answer is that of its request.

    With several executions under way it is what tells the answers apart, and what logs are searched
    for. Looked at: executions that gave one and were answered with 200.
    """
    for exchange in answered(read):
        given = as_object(exchange.request_json).get("request_id")
        if not given:
            continue
        if body(exchange).get("request_id") == given:
            yield Kept(exchange.request)
        elif "request_id" in body(exchange):  # one that is missing is `rest-execute-shape`
            yield Finding.about(
                exchange,
                message=f"the request_id {quote(given)} came back as another",
                expected=f'"request_id": {quote(given)}',
            )


@rule(
    "rest-results-in-order",
    "MUST",
    PAGE,
    dialects=REST,
    probes=("rest-several-tools",),
    otherwise="nothing succeeded",
)
def results_in_order(read: Reading) -> Observations:
    """A successful execution has a result for each tool, in the order of the request.

    A result is found by its place, for the same tool can be named twice. Looked at: every execution
    that succeeded, one of two tools among them.
    """
    for exchange in answered(read):
        if not succeeded(exchange):
            continue
        given = [str(result.get("tool_slug")) for result in results(exchange)]
        if given == slugs(exchange):
            yield Kept(exchange.request)
        else:
            yield Finding(
                message="the results of an execution are not those of its tools",
                expected=f"results of {', '.join(slugs(exchange))}",
                actual=f"results of {', '.join(given) or 'none'}",
                events=exchange.evidence,
            )


@rule(
    "rest-first-failure-ends",
    "MUST",
    PAGE,
    dialects=REST,
    probes=("rest-unknown-tool",),
    otherwise="no execution named a tool that does not exist",
)
def first_failure_ends(read: Reading) -> Observations:
    """The first tool that fails ends the execution: `successful` is false, `error` says why.

    Later tools may depend on it. Looked at: executions of a tool that does not exist, alone, before
    and after another one.
    """
    for exchange in read.http("rest-unknown-tool"):
        if (untested := barred(exchange)) is not None:
            yield untested
            continue
        if exchange.status is None or exchange.status >= SERVER_ERROR:
            yield Untested("the server failed itself: see rest-good-body-served")
            continue
        failed = body(exchange).get("successful") is False
        failed = failed or exchange.status == HTTPStatus.NOT_FOUND
        if failed and not results(exchange):
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message=f"a tool that does not exist ({exchange.case}) did not end the execution",
                expected="successful: false, an error, and no results",
            )


@rule(
    "rest-bad-body-refused",
    "MUST",
    PAGE,
    dialects=REST,
    probes=("rest-bad-body",),
    otherwise="no bad body was sent",
)
def bad_body_refused(read: Reading) -> Observations:
    """A body that is no JSON, or not of the documented form, is refused with 400 or 422.

    What is refused so is not worth a second try, and nothing has been executed. Sent are: what is
    no JSON or no UTF-8, no tools, tools that are no list, no tool_slug, arguments that are a text.
    """
    for exchange in read.http("rest-bad-body"):
        if (untested := barred(exchange)) is not None:
            yield untested
        elif exchange.status in REFUSED:
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message=f"a bad body ({exchange.case}) was not refused",
                expected="400 or 422",
            )


@rule(
    "rest-arguments-checked",
    "MUST",
    PAGE,
    dialects=REST,
    probes=("rest-invalid-arguments",),
    otherwise="no tool that may be called has arguments to get wrong",
)
def arguments_checked(read: Reading) -> Observations:
    """Arguments that break a tool's `input_schema` are refused: 400, 422, or `successful` false.

    The server checks before it executes; callers may have checked, or not. Looked at: a required
    argument missing, and a string that is an object, as the schema itself confirms, of tools that
    succeed with good arguments.
    """
    useful = succeeding(read)
    for exchange in read.http("rest-invalid-arguments"):
        if (untested := barred(exchange)) is not None:
            yield untested
        elif slugs(exchange)[0] not in useful:
            yield Untested(f"{slugs(exchange)[0]} does not succeed with good arguments either")
        elif exchange.status in REFUSED or body(exchange).get("successful") is False:
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message=f"{slugs(exchange)[0]} {exchange.case} was not refused",
                expected="400, 422, or successful: false",
            )


@rule(
    "rest-method-checked",
    "SHOULD",
    PAGE,
    dialects=REST,
    probes=("rest-wrong-method",),
    otherwise="no other method was tried",
)
def method_checked(read: Reading) -> Observations:
    """Another method than POST at `/mcp/execute` is refused with 405.

    A link must not execute anything. 404 is taken too.
    """
    for exchange in read.http("rest-wrong-method"):
        if (untested := barred(exchange)) is not None:
            yield untested
        elif exchange.status in (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_FOUND):
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange, message=f"{exchange.method} /mcp/execute was not refused", expected="405"
            )
