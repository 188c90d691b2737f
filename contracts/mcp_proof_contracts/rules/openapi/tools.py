"""OpenAPI, Tools: what a server lists."""

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Observations, rule
from mcp_proof_contracts.rules.as_documented import as_documented
from mcp_proof_contracts.rules.openapi.traffic import OPENAPI, answered
from mcp_proof_contracts.rules.unique_names import names_unique
from mcp_proof_contracts.tool_schema import schema_problem
from mcp_proof_contracts.wire import as_list, as_object, quote

PAGE = "openapi-jsonrpc#tools"
NO_TOOLS = "no tools were listed"


@rule("openapi-tools-shape", "MUST", PAGE, dialects=OPENAPI, otherwise=NO_TOOLS)
def tools_shape(read: Reading) -> Observations:
    """`tools/list` brings `tools`, and each has a name, a description and a usable input schema.

    Clients show the first two, and build and check arguments by the schema; without one a tool
    takes any. `inputSchema` may be written `input_schema`.
    """
    for exchange, result in answered(read, "tools/list"):
        problem = document_problem("openapi-jsonrpc", "tools", result)
        for tool in map(as_object, as_list(result.get("tools"))):
            schema = tool.get("inputSchema", tool.get("input_schema"))
            if problem is None and schema is not None and (why := schema_problem(schema)):
                problem = f"the input schema of {quote(tool.get('name'))}: {why}"
        yield as_documented(
            exchange,
            "what tools/list brought",
            problem,
            "tools, each with name, description and a JSON Schema of its arguments",
        )


@rule("openapi-tool-names-unique", "MUST", PAGE, dialects=OPENAPI, otherwise=NO_TOOLS)
def tool_names_unique(read: Reading) -> Observations:
    """No two tools of a server have the same name.

    A call names its tool, and nobody could tell the two apart.
    """
    for exchange, result in answered(read, "tools/list"):
        yield from names_unique(exchange, map(as_object, as_list(result.get("tools"))))
