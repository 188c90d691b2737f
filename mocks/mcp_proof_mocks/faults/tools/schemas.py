"""Servers that are careless with JSON Schemas."""

from collections.abc import Callable
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import fault

SCHEMAS: Final = "schemas"
TAKEN: Final[JsonObject] = {"text": "the schema can be used"}


def _taken(error: str) -> Callable[[dict[str, Json]], None]:
    """Take what the contract's tools refuse with this error."""

    def edit(document: dict[str, Json]) -> None:
        document["tools"] = [_edited(as_object(tool), error) for tool in as_list(document["tools"])]

    return edit


def _edited(tool: JsonObject, error: str) -> JsonObject:
    if "cases" not in tool:
        return tool
    cases = [as_object(case) for case in as_list(tool["cases"])]
    return {**tool, "cases": [{**c, "answer": TAKEN} if _is(c, error) else c for c in cases]}


def _is(case: JsonObject, error: str) -> bool:
    return error in str(as_object(case.get("answer")).get("error"))


fault("tools-dialect-2020-12", shown_by=SCHEMAS)
fault(
    "tools-dialect-unsupported-error",
    contract=_taken("dialect"),
    shown_by=SCHEMAS,
)
fault("schema-no-network-ref", shown_by=SCHEMAS)
fault(
    "schema-unresolved-ref-rejected",
    contract=_taken("external references"),
    shown_by=SCHEMAS,
)
fault("schema-composition-bounds", transport="stdio", shown_by=SCHEMAS)
