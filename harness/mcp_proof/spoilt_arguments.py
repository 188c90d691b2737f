"""Good arguments made bad, as the tool's own schema confirms."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import as_list, as_object

NO_STRING: Final[Json] = {"mcp-proof": "no string"}


def spoilt_arguments(schema: JsonObject, arguments: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Good arguments made bad in one respect, as the schema itself confirms."""
    properties = as_object(schema.get("properties"))
    required = [str(name) for name in as_list(schema.get("required")) if str(name) in arguments]
    # A parameter that headers mirror would be wrong in a second respect: its header.
    plain = [n for n in required if "x-mcp-header" not in as_object(properties.get(n))]
    texts = [n for n in plain if as_object(properties.get(n)).get("type") == "string"]
    changes: list[tuple[str, JsonObject]] = [
        ("without " + name, {n: v for n, v in arguments.items() if n != name})
        for name in required[:1]
    ]
    changes += [("an object as " + name, {**arguments, name: NO_STRING}) for name in texts[:1]]
    yield from (change for change in changes if instance_problems(schema, change[1]))
