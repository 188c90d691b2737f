"""REST, Tools: what a tool gives back."""

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rest_schema import in_draft_07
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.rest.traffic import REST, answered, listed, results, succeeded
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.wire import as_object


@rule(
    "rest-output-schema-kept",
    "MUST",
    "rest#tools",
    dialects=REST,
    otherwise="no tool with an output_schema was executed",
)
def output_schema_kept(read: Reading) -> Observations:
    """What a tool gives back satisfies its `output_schema`.

    Callers read members that the schema promises. A tool that declares none promises nothing.
    """
    tools = listed(read)
    for exchange in answered(read):
        for result in results(exchange) if succeeded(exchange) else ():
            name = str(result.get("tool_slug"))
            declared = as_object(tools.get(name, {})).get("output_schema")
            if not isinstance(declared, dict):
                continue
            schema = in_draft_07(declared)
            if schema_problem(schema) is not None:
                continue
            problems = instance_problems(schema, result.get("response"))
            if not problems:
                yield Kept(exchange.request)
            else:
                first = problems[0]
                yield Finding.about(
                    exchange,
                    message=f"what {name} gave breaks its output_schema: "
                    f"{first.pointer or '(whole)'}: {first.message}",
                    expected="a response that satisfies the output_schema",
                )
