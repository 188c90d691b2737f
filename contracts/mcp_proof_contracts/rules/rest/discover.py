"""REST, Discover: who the server is, and the tools that it has."""

from http import HTTPStatus

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rest_schema import in_draft_07
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.as_documented import as_documented
from mcp_proof_contracts.rules.rest.traffic import REST, body, discoveries
from mcp_proof_contracts.rules.unique_names import names_unique
from mcp_proof_contracts.tool_schema import schema_problem
from mcp_proof_contracts.wire import as_list, as_object, quote

PAGE = "rest#discover"


@rule(
    "rest-discover-served",
    "MUST",
    PAGE,
    dialects=REST,
    otherwise="nothing was discovered",
)
def discover_served(read: Reading) -> Observations:
    """`GET /mcp/discover` is answered with status 200 and JSON.

    It is the one way to learn what a server has, so an orchestrator leaves out who does not answer.
    """
    for exchange in discoveries(read):
        if exchange.status == HTTPStatus.OK and exchange.is_json:
            yield Kept(exchange.request)
        else:
            message = "GET /mcp/discover was not answered with 200 and JSON"
            expected = "200 with Content-Type: application/json"
            yield Finding.about(exchange, message=message, expected=expected)


@rule(
    "rest-discover-shape",
    "MUST",
    PAGE,
    dialects=REST,
    otherwise="nothing was discovered",
)
def discover_shape(read: Reading) -> Observations:
    """What is discovered has a server name, a version, and tools with name and input schema.

    Orchestrators register `server_name:name`, validate by `input_schema`, and show `description`.
    Looked at: the whole document, by its JSON Schema.
    """
    for exchange in discoveries(read):
        if exchange.response_json is None:
            continue
        problem = document_problem("rest", "discover", exchange.response_json)
        yield as_documented(
            exchange,
            "what is discovered",
            problem,
            "server_name, version and tools (name, description, input_schema)",
        )


@rule(
    "rest-tool-names-unique",
    "MUST",
    PAGE,
    dialects=REST,
    otherwise="no tool is listed",
)
def tool_names_unique(read: Reading) -> Observations:
    """No two tools of a server have the same name.

    `tool_slug` names the tool to execute, and nobody could tell the two apart.
    """
    for exchange in discoveries(read):
        yield from names_unique(exchange, map(as_object, as_list(body(exchange).get("tools"))))


@rule(
    "rest-input-schema-valid",
    "MUST",
    PAGE,
    dialects=REST,
    otherwise="no tool is listed",
)
def input_schema_valid(read: Reading) -> Observations:
    """The `input_schema` of a tool, and its `output_schema`, can be used as JSON Schema draft-07.

    Who validates by a broken schema refuses every call. A schema that names another dialect in
    `$schema` is taken by that.
    """
    for exchange in discoveries(read):
        for tool in map(as_object, as_list(body(exchange).get("tools"))):
            for member in ("input_schema", "output_schema"):
                schema = tool.get(member)
                if not isinstance(schema, dict):
                    continue  # of another shape: that is what rest-discover-shape is about
                problem = schema_problem(in_draft_07(schema))
                if problem is None:
                    yield Kept(exchange.request)
                else:
                    yield Finding(
                        message=f"the {member} of {quote(tool.get('name'))} cannot be used",
                        expected="a JSON Schema (draft-07)",
                        actual=f"{problem}: {quote(schema)}",
                        events=exchange.evidence,
                    )
