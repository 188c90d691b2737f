"""OpenAPI, Resources: what can be read."""

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.dialects.kailash import INTERNAL
from mcp_proof_contracts.error_codes import INTERNAL_ERROR
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.as_documented import as_documented
from mcp_proof_contracts.rules.openapi.traffic import OPENAPI, answered
from mcp_proof_contracts.wire import as_list, as_object, quote

PAGE = "openapi-jsonrpc#resources"


@rule(
    "openapi-resources-shape", "MUST", PAGE, dialects=OPENAPI, otherwise="no resources were listed"
)
def resources_shape(read: Reading) -> Observations:
    """`resources/list` brings `resources`, and each has a URI and a name.

    A client reads by the URI and shows the name. Looked at: the whole result, by its JSON Schema.
    """
    for exchange, result in answered(read, "resources/list"):
        problem = document_problem("openapi-jsonrpc", "resources", result)
        yield as_documented(
            exchange, "what resources/list brought", problem, "resources, each with uri and name"
        )


@rule("openapi-resource-read", "MUST", PAGE, dialects=OPENAPI, otherwise="no resource was listed")
def resource_read(read: Reading) -> Observations:
    """A resource that is listed can be read, and its contents bear its URI.

    Each has `text`, or `blob` in Base64. Looked at: the first three that are listed.
    """
    listed = [
        as_object(resource).get("uri")
        for _, result in answered(read, "resources/list")
        for resource in as_list(result.get("resources"))
    ]
    for exchange in read.exchanges("resources/read"):
        wanted = exchange.sent.message.params.get("uri")
        if wanted not in listed:
            continue
        problem = document_problem("openapi-jsonrpc", "contents", exchange.result)
        contents = as_list(exchange.result.get("contents"))
        if problem is None and wanted in [as_object(content).get("uri") for content in contents]:
            yield Kept(exchange.sent.event)
        else:
            uri = quote(wanted)
            yield Finding.about(
                exchange,
                message=f"{uri} is listed, and cannot be read"
                + (f": {problem}" if exchange.served and problem else ""),
                expected=f"contents with the uri {uri}, and text or blob",
            )


@rule(
    "openapi-unknown-resource-refused",
    "MUST",
    PAGE,
    dialects=OPENAPI,
    probes=("openapi-unknown-resource",),
    otherwise="the server lists no resources",
)
def unknown_resource_refused(read: Reading) -> Observations:
    """A resource that does not exist is refused with an error of the request's kind.

    Not with contents, and not with the code of a server that broke, upon which callers try again.
    Looked at: a read of it, and a subscription to its changes.
    """
    for exchange in read.stimuli("openapi-unknown-resource"):
        if not exchange.case:
            continue  # the list, which tells whether there are any
        if exchange.answered_by_error and exchange.error_code not in (INTERNAL_ERROR, INTERNAL):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"a resource that does not exist is {exchange.case} without an error",
                expected="an error, and not that of a server that broke",
            )
