"""Gateway, Calls: a tool of a named server is called through the gateway."""

from http import HTTPStatus

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.no_entry import no_entry
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.gateway.traffic import (
    DOWN,
    GATEWAY,
    NO_CALL,
    asked_for,
    body,
    calls,
    gave_a_result,
    named,
)
from mcp_proof_contracts.statuses import REFUSED
from mcp_proof_contracts.wire import quote

PAGE = "gateway#calls"
TOLERATED = (*REFUSED, HTTPStatus.TOO_MANY_REQUESTS, *DOWN)
"""The statuses by which a good call may be refused, for the server had its say."""


@rule("gateway-call-served", "MUST", PAGE, dialects=GATEWAY, otherwise=NO_CALL)
def call_served(read: Reading) -> Observations:
    """A call of a listed tool is answered with 200, and its `result` or its `error`.

    A tool that fails is an answer, with a text in `error`. What the server refuses itself may be
    400, 422 or 429; that it is down 502, 503 or 504. 404 would deny what was listed, 500 tells
    callers nothing; 401 and 403 say that the credential does not allow it. Looked at: the calls of
    the ordinary conversation.
    """
    for exchange in calls(read):
        if exchange.probe:
            continue
        if exchange.status in TOLERATED:
            yield Untested(f"a call was refused: {exchange.outcome}")
            continue
        problem = document_problem("gateway", "call-response", exchange.response_json)
        if exchange.status == HTTPStatus.OK and problem is None:
            yield Kept(exchange.request)
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        else:
            tool = quote(asked_for(exchange).get("tool"))
            yield Finding.about(
                exchange,
                message=f"the call of {tool} at {named(exchange)} was not served: "
                f"{problem or 'the status'}",
                expected="200 with a result, or with an error",
            )


@rule(
    "gateway-call-routed",
    "MUST",
    PAGE,
    dialects=GATEWAY,
    probes=("gateway-foreign-tool",),
    otherwise="no two servers are listed of which one has a tool that may be called and the other "
    "has not, and no answer says which server it is from",
)
def call_routed(read: Reading) -> Observations:
    """A call reaches the server that it names, and no other.

    Two servers may have tools of the same name, and each its own idea of what that does. Looked at:
    a tool of one server, called at another that does not list it, gives no result; and where an
    answer has `server`, that is the one which was named.
    """
    for exchange in calls(read):
        said = body(exchange).get("server")
        tool, server = quote(asked_for(exchange).get("tool")), named(exchange)
        foreign = exchange.probe == "gateway-foreign-tool"
        if exchange.status == HTTPStatus.OK and isinstance(said, str) and said != server:
            message = f"a call of {server} was answered by {said}"
        elif foreign and gave_a_result(exchange):
            message = f"{server} was named, and {tool} of another server was called"
        elif foreign or isinstance(said, str):
            yield Kept(exchange.request)
            continue
        else:
            continue
        yield Finding.about(exchange, message=message, expected=f"an answer of {server}, or 404")


@rule(
    "gateway-unknown-server-404",
    "MUST",
    PAGE,
    dialects=GATEWAY,
    probes=("gateway-unknown-server",),
    otherwise="no unknown server was named",
)
def unknown_server_404(read: Reading) -> Observations:
    """A server that is not registered is answered with 404: its tools, and a call.

    What is not there will not be there at the second try either; 5xx would ask for one.
    """
    for exchange in read.http("gateway-unknown-server"):
        if exchange.status == HTTPStatus.NOT_FOUND:
            yield Kept(exchange.request)
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        else:
            yield Finding.about(
                exchange,
                message=f"{exchange.method} of a server that nobody registered was not answered "
                "with 404",
                expected="404",
            )


@rule(
    "gateway-unknown-tool-refused",
    "MUST",
    PAGE,
    dialects=GATEWAY,
    probes=("gateway-unknown-tool",),
    otherwise="no server is listed whose tools are known",
)
def unknown_tool_refused(read: Reading) -> Observations:
    """A tool that the server does not have is answered with 404, or with an error.

    A result would be somebody else's, or nobody's.
    """
    for exchange in read.http("gateway-unknown-tool"):
        failed = exchange.status == HTTPStatus.OK and bool(body(exchange).get("error"))
        if exchange.status in (HTTPStatus.NOT_FOUND, *REFUSED) or failed:
            yield Kept(exchange.request)
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        elif exchange.status not in DOWN:
            yield Finding.about(
                exchange,
                message=f"a tool that {named(exchange)} does not have was called",
                expected="404, or 200 with an error",
            )


@rule(
    "gateway-bad-call-refused",
    "MUST",
    PAGE,
    dialects=GATEWAY,
    probes=("gateway-bad-call",),
    otherwise="no bad call was sent",
)
def bad_call_refused(read: Reading) -> Observations:
    """A call that is no JSON, or not of the documented form, is refused with 400 or 422.

    It is not worth a second try, and no server needs to be asked. Sent are: a text that is no JSON,
    a list, no tool, a tool that is a number, params that are a text. No existing tool is named.
    """
    for exchange in read.http("gateway-bad-call"):
        if exchange.status in REFUSED:
            yield Kept(exchange.request)
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        else:
            yield Finding.about(
                exchange,
                message=f"a bad call ({exchange.case}) was not refused",
                expected="400 or 422",
            )
