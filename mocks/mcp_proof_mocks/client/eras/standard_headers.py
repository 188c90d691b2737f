"""The standard headers of 2026-07-28, as the mock client sends them: with its faults."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.headers import encode_value, standard_headers
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

VERSION: Final = "MCP-Protocol-Version"
LEFT_OUT: Final = {
    "h26-client-version-header": VERSION,
    "h26-client-mcp-method": "Mcp-Method",
    "h26-client-mcp-name": "Mcp-Name",
}
"""What a client does not send that breaks a rule."""


def standard(client: "MockClient", message: JsonObject) -> dict[str, str]:
    """Return the standard headers of a message as this client sends them."""
    left_out = {name for duty, name in LEFT_OUT.items() if not client.keeps(duty)}
    of_task = str(message.get("method")).startswith("tasks/")
    if of_task and not client.keeps("task26-client-name-header"):
        left_out.add("Mcp-Name")
    right: Mapping[str, str] = {VERSION: client.revision, **standard_headers(message)}
    sent = {name: value for name, value in right.items() if name not in left_out}
    if not client.keeps("h26-client-version-header-matches"):
        sent[VERSION] = Revision.R2025_11_25
    params = as_object(message.get("params"))
    name = str(params.get("name", params.get("uri", "")))
    if not client.keeps("h26-client-mcp-name-encoded") and encode_value(name) != name:
        sent["Mcp-Name"] = name.encode("ascii", "replace").decode().strip()
    return sent
