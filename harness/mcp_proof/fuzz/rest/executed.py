"""Which calls a server carried out though their arguments are not what the tool's schema allows.

The dialects refuse arguments in an answer of status 200, so that no status tells what was accepted.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import as_list, as_object

SCHEMAS: Final = "x-mcp-proof-input-schemas"
"""The member of a document with the input schemas of the tools, by their names."""


def wrongly_executed(
    schemas: Mapping[str, JsonObject], asked: Json, answered: Json
) -> Iterator[str]:
    """Yield what is wrong with each call that was carried out.

    Args:
        schemas: the input schemas of the tools, by their names.
        asked: the body of the request.
        answered: the body of the answer.
    """
    for call in _carried_out(as_object(asked), as_object(answered)):
        name = str(call.get("tool_slug", call.get("name")))
        if name not in schemas:
            continue
        if "tool_slug" in call and "arguments" not in call:
            yield f"{name} was executed without `arguments`"
        else:
            problems = instance_problems(schemas[name], call.get("arguments", {}))
            yield from (f"{name} was executed: {problem}" for problem in problems[:1])


def _carried_out(asked: JsonObject, answered: JsonObject) -> list[JsonObject]:
    if answered.get("successful") is True:
        return [as_object(call) for call in as_list(asked.get("tools"))]
    if asked.get("method") == "tools/call" and "result" in answered:
        failed = as_object(answered["result"]).get("isError") is True
        return [] if failed else [as_object(asked.get("params"))]
    return []
