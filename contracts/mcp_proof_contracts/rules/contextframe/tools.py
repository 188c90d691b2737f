"""ContextFrame, Tools: what is listed, and that results are bare."""

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.contextframe.traffic import CONTEXTFRAME, called, is_bare, of_form
from mcp_proof_contracts.rules.unique_names import names_unique
from mcp_proof_contracts.tool_schema import schema_problem
from mcp_proof_contracts.wire import as_list, as_object, quote

PAGE = "contextframe#tools"
NOT_LISTED = "no tool is listed"


@rule(
    "contextframe-tools-shape",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    otherwise="tools/list was not answered with a result",
)
def tools_shape(read: Reading) -> Observations:
    """The result of `tools/list` has `tools`, each with a `name` and an `inputSchema`.

    Clients find tools by name, and make function definitions of them by schema. Looked at: the
    result, by its JSON Schema; a description may be left out.
    """
    for exchange in read.results("tools/list"):
        yield of_form(exchange, "tools", "the list of tools")


@rule("contextframe-tool-names-unique", "MUST", PAGE, dialects=CONTEXTFRAME, otherwise=NOT_LISTED)
def tool_names_unique(read: Reading) -> Observations:
    """No two tools of a server have the same name.

    Clients keep tools by name: the second would take the place of the first.
    """
    for exchange in read.results("tools/list"):
        yield from names_unique(exchange, map(as_object, as_list(exchange.result.get("tools"))))


@rule("contextframe-input-schema-valid", "MUST", PAGE, dialects=CONTEXTFRAME, otherwise=NOT_LISTED)
def input_schema_valid(read: Reading) -> Observations:
    """The `inputSchema` of a tool can be used as a JSON Schema.

    It becomes the parameters of a function that a model may call; a model's maker refuses a broken
    one. Without `$schema` it is taken as draft 2020-12.
    """
    for tool, said in read.tools:
        if not isinstance(tool.get("inputSchema"), dict):
            continue  # contextframe-tools-shape speaks of that
        problem = schema_problem(tool["inputSchema"])
        if problem is None:
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"the inputSchema of {quote(tool.get('name'))} cannot be used",
                expected="a JSON Schema",
                actual=f"{problem}: {quote(tool['inputSchema'])}",
                events=(said.event,),
            )


@rule(
    "contextframe-result-bare",
    "MUST",
    "contextframe#results",
    dialects=CONTEXTFRAME,
    otherwise="no call was answered with a result",
)
def result_bare(read: Reading) -> Observations:
    """The result of `tools/call` is an object with the tool's own members, not content blocks.

    Callers read `result["documents"]` and the like at once. Looked at: every result; one that has a
    list of blocks as `content`, as MCP has it, hides those members in text.
    """
    for exchange in read.exchanges("tools/call"):
        if not exchange.served:
            continue
        if is_bare(exchange):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"the result of {called(exchange)} is no bare object",
                expected="an object with the tool's own members",
            )
