"""Gateway, Tools: what each server behind the gateway can do."""

from http import HTTPStatus

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.no_entry import no_entry
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.gateway.traffic import DOWN, GATEWAY, named, tool_lists, tools_of
from mcp_proof_contracts.rules.unique_names import names_unique

PAGE = "gateway#tools"
NOT_LISTED = "no server is listed whose tools could be asked for"


@rule("gateway-tools-shape", "MUST", PAGE, dialects=GATEWAY, otherwise=NOT_LISTED)
def tools_shape(read: Reading) -> Observations:
    """The tools of a listed server are listed, each with its name and its `input_schema`.

    A caller cannot ask the server itself. A server that does not answer is reported with 502, 503
    or 504, which is no fault of the gateway.
    """
    for exchange in tool_lists(read):
        if exchange.status in DOWN:
            continue
        problem = document_problem("gateway", "tools", exchange.response_json)
        if exchange.status == HTTPStatus.OK and problem is None:
            yield Kept(exchange.request)
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        else:
            yield Finding.about(
                exchange,
                message=f"the tools of {named(exchange)} are not listed: {problem or 'the status'}",
                expected="200 with tools (name, input_schema)",
            )


@rule("gateway-tool-names-unique", "MUST", PAGE, dialects=GATEWAY, otherwise="no tool is listed")
def tool_names_unique(read: Reading) -> Observations:
    """No two tools of one server have the same name.

    A call names its tool by that. Two servers may well have tools of the same name, for a call
    names its server too.
    """
    for exchange in tool_lists(read):
        yield from names_unique(exchange, tools_of(exchange), f"tools of {named(exchange)}")
