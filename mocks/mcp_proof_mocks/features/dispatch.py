"""Which feature answers which method."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.features.prompts import get_prompt, list_prompts
from mcp_proof_mocks.features.resources import list_resources, list_templates, read_resource
from mcp_proof_mocks.features.tools import call_tool, list_tools
from mcp_proof_mocks.server import Call, MockServer

Feature: TypeAlias = Callable[[MockServer, Call], Awaitable[JsonObject]]

FEATURES: Final[Mapping[str, tuple[str, Feature]]] = {
    "tools/list": ("tools", list_tools),
    "tools/call": ("tools", call_tool),
    "resources/list": ("resources", list_resources),
    "resources/templates/list": ("resources", list_templates),
    "resources/read": ("resources", read_resource),
    "prompts/list": ("prompts", list_prompts),
    "prompts/get": ("prompts", get_prompt),
}
"""Each method with the content of the contract that it needs."""


def feature(server: MockServer, method: str) -> Feature | None:
    """Return what answers `method` on this server, or `None` when it has nothing of the kind."""
    needs, answer = FEATURES.get(method, ("", None))
    contract = server.contract
    offered = {
        "tools": contract.tools,
        "resources": contract.resources or contract.resource_templates,
        "prompts": contract.prompts,
    }
    return answer if offered.get(needs) else None
