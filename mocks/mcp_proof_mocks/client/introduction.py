"""What the mock client says of itself, and what it adds to the `_meta` of its requests."""

from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.headers import (
    META_CAPABILITIES,
    META_CLIENT_INFO,
    META_LOG_LEVEL,
    META_VERSION,
)
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

OWN_KEY: Final = "com.example/run"
TRACE: Final = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
MISNAMED: Final = {
    "meta-key-syntax": "com.example./run",
    "meta-reserved-prefix": "dev.mcp/run",
    "meta-reverse-dns": "example.com/run",
}
"""What a faulty client calls its own key."""


def introduced(client: "MockClient") -> JsonObject:
    """Return the params of `initialize` but its version (lifecycle, Initialization)."""
    params: dict[str, Json] = {"capabilities": declared(client), "clientInfo": info(client)}
    if not client.keeps("init-request-members"):
        del params["capabilities"]
    return params


def declared(client: "MockClient") -> JsonObject:
    """Return the capabilities as they are declared."""
    capabilities = client.capabilities
    if not client.keeps("init-client-capabilities-types"):
        nothing: JsonArray = []
        capabilities = {**capabilities, "experimental": nothing}
    extensions = as_object(capabilities.get("extensions"))
    if extensions and not client.keeps("extension-id-syntax"):
        bare: JsonObject = {name.rpartition("/")[2]: each for name, each in extensions.items()}
        capabilities = {**capabilities, "extensions": bare}
    return capabilities


def info(client: "MockClient") -> JsonObject:
    """Return the client's name and version."""
    if client.keeps("implementation-name-version"):
        return client.info
    return {**client.info, "version": 1}


def request_meta(client: "MockClient", meta: JsonObject) -> JsonObject:
    """Return the `_meta` of a request of the stateless era (basic, _meta)."""
    complete: dict[str, Json] = dict(meta)
    if client.keeps("meta-version-on-every-request"):
        complete[META_VERSION] = client.revision
    if client.keeps("meta-capabilities-on-every-request"):
        complete[META_CAPABILITIES] = declared(client)
    if client.keeps("meta-client-info-on-every-request"):
        complete[META_CLIENT_INFO] = info(client)
    if client.log_level:
        complete[META_LOG_LEVEL] = client.log_level
    return complete


def annotated(client: "MockClient", method: str, params: JsonObject) -> JsonObject:
    """Return the params with what the client itself notes in the `_meta` of a call."""
    if method != "tools/call" or client.revision < Revision.R2025_06_18:
        return params
    if not client.keeps("meta-is-object"):
        return {**params, "_meta": []}
    key = next((bad for rule, bad in MISNAMED.items() if not client.keeps(rule)), OWN_KEY)
    own: dict[str, Json] = {key: 1}
    if client.revision >= Revision.R2026_07_28:
        own["traceparent"] = TRACE if client.keeps("meta-trace-context") else TRACE.upper()
    return {**params, "_meta": {**as_object(params.get("_meta")), **own}}
