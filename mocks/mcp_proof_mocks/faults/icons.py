"""Servers whose icons nobody shows."""

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_list
from mcp_proof_mocks.fault import ContractEdit, fault


def _first_tool_shows(icon: Json) -> ContractEdit:
    def edit(document: dict[str, Json]) -> None:
        first, *others = as_list(document["tools"])
        assert isinstance(first, dict)
        document["tools"] = [{**first, "icons": [icon]}, *others]

    return edit


fault(
    "icons-shape",
    contract=_first_tool_shows({"src": "https://example.com/echo.png", "sizes": "48x48"}),
)
fault("icons-src-safe", contract=_first_tool_shows({"src": "http://example.com/echo.png"}))
