"""ContextFrame, Introduction: who the server is, and how it is."""

from http import HTTPStatus

from mcp_proof_contracts.dialects.contextframe import HEALTH
from mcp_proof_contracts.no_entry import no_entry
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.contextframe.traffic import CONTEXTFRAME, of_form

PAGE = "contextframe#initialize"


@rule(
    "contextframe-initialize-served",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    otherwise="no initialize was sent",
)
def initialize_served(read: Reading) -> Observations:
    """`initialize` is answered with a result.

    Clients call no tool before that, and give a server up that refuses three times.
    """
    for exchange in read.exchanges("initialize"):
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        else:
            yield Finding.about(exchange, message="initialize is not served", expected="a result")


@rule(
    "contextframe-initialize-shape",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    otherwise="initialize was not answered with a result",
)
def initialize_shape(read: Reading) -> Observations:
    """The result of `initialize` has `protocolVersion`, `serverInfo` and `capabilities`.

    It tells a client whom it talks to. Looked at: the result, by its JSON Schema; `serverInfo` has
    at least a name.
    """
    for exchange in read.results("initialize"):
        yield of_form(exchange, "initialize", "the result of initialize")


@rule(
    "contextframe-tools-declared",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    otherwise="no tool is listed, or initialize was not answered",
)
def tools_declared(read: Reading) -> Observations:
    """A server that lists tools says `"tools": true` in its capabilities.

    Who asks for the capabilities first leaves out what is not there. An object in the place of
    `true` is taken too, for later protocols have it so.
    """
    for exchange in read.results("initialize") if read.tools else ():
        if read.declares("tools"):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="the server lists tools, and does not declare that it has any",
                expected='"capabilities": {"tools": true}',
            )


@rule(
    "contextframe-health-served",
    "MUST",
    "contextframe#health",
    dialects=CONTEXTFRAME,
    otherwise="its health was not asked for",
)
def health_served(read: Reading) -> Observations:
    """`GET /health` is answered with status 200.

    Load balancers and clients send nothing more to a server that answers otherwise. Its body is
    free.
    """
    for exchange in read.http():
        if exchange.method != "GET" or not exchange.path.endswith(HEALTH):
            continue
        if exchange.status == HTTPStatus.OK:
            yield Kept(exchange.request)
        else:
            yield Finding.about(exchange, message="the health check fails", expected="200")
