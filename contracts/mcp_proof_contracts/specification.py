"""Where the pages of the specification live in each revision: several have moved."""

from typing import Final

from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.revision import Revision

SITE: Final = "https://modelcontextprotocol.io/specification"
JSON_RPC: Final = "https://www.jsonrpc.org/specification"
EXTENSIONS: Final = {
    "extensions/tasks": "https://modelcontextprotocol.io/seps/2663-tasks-extension",
    "extensions/tasks/overview": "https://modelcontextprotocol.io/extensions/tasks/overview",
}
"""The pages about extensions, which stand beside the specifications of all revisions."""
DIALECTS: Final = "https://github.com/OWNER/mcp-proof/blob/main/docs/dialects"
"""Where the pages about the dialects can be read."""

_UNTIL_2511: Final = {
    "transports": "basic/transports",
    "transports/stdio": "basic/transports",
    "streamable-http": "basic/transports",
    "lifecycle": "basic/lifecycle",
    "capabilities": "basic/lifecycle",
    "implementation": "basic/lifecycle",
    "shutdown": "basic/lifecycle",
    "versioning": "basic/lifecycle",
    "timeouts": "basic/lifecycle",
    "utilities/progress": "basic/utilities/progress",
    "utilities/cancellation": "basic/utilities/cancellation",
    "utilities/ping": "basic/utilities/ping",
    "utilities/tasks": "basic/utilities/tasks",
    "authorization": "basic/authorization",
    "authorization/scopes": "basic/authorization",
    "authorization/discovery": "basic/authorization",
    "authorization/registration": "basic/authorization",
    "authorization/security": "basic/authorization",
}
_SINCE_2607: Final = {
    "transports": "basic/transports",
    "transports/stdio": "basic/transports/stdio",
    "streamable-http": "basic/transports/streamable-http",
    "lifecycle": "basic/versioning",
    "capabilities": "server/discover",
    "implementation": "basic",
    "shutdown": "basic/transports/stdio",
    "versioning": "basic/versioning",
    "timeouts": "basic/patterns/cancellation",
    "utilities/progress": "basic/patterns/progress",
    "utilities/cancellation": "basic/patterns/cancellation",
    "patterns/mrtr": "basic/patterns/mrtr",
    "patterns/subscriptions": "basic/patterns/subscriptions",
    "authorization": "basic/authorization",
    "authorization/scopes": "basic/authorization",
    "authorization/discovery": "basic/authorization/authorization-server-discovery",
    "authorization/registration": "basic/authorization/client-registration",
    "authorization/security": "basic/authorization/security-considerations",
}
_ALWAYS: Final = {
    "utilities/completion": "server/utilities/completion",
    "utilities/logging": "server/utilities/logging",
    "utilities/pagination": "server/utilities/pagination",
    "utilities/caching": "server/utilities/caching",
}

_ANCHORS_UNTIL_2511: Final = {
    "capabilities#declared": "capability-negotiation",
    "implementation#info": "initialization",
    "streamable-http#sending-messages": "sending-messages-to-the-server",
    "streamable-http#receiving-messages": "sending-messages-to-the-server",
    "authorization#scope-selection-strategy": "protected-resource-metadata-discovery-requirements",
    "authorization/registration#client-registration": "client-registration-approaches",
}
_ANCHORS_SINCE_2607: Final = {
    "capabilities#declared": "discoverresult",
    "implementation#info": "meta",
    "streamable-http#streamable-http": "",
    "streamable-http#security-warning": "",
    "transports/stdio#stdio": "",
    "streamable-http#multiple-connections": "sending-messages",
    "authorization/registration#client-registration": "",
    "streamable-http#backwards-compatibility": "backward-compatibility",
}
"""Sections that bear another name, or stand elsewhere, in some revisions; "" for a whole page."""
_ANCHORS_BEFORE_2511: Final = {
    "basic#error-responses": "responses",
    "authorization/discovery#protected-resource-metadata-discovery-requirements": (
        "authorization-server-location"
    ),
    "authorization/discovery#authorization-server-metadata-discovery": "server-metadata-discovery",
}
_ANCHORS_BEFORE_2506: Final = {
    "basic#meta": "",
    "authorization/discovery#protected-resource-metadata-discovery-requirements": "error-handling",
    "authorization/security#authorization-code-protection": "implementation-requirements",
    "authorization/security#communication-security": "security-considerations",
}
_ANCHORS_2411: Final = {"basic#messages": "", "timeouts#timeouts": "error-handling"}
_JSON_RPC_ANCHORS: Final = {
    "requests": "request_object",
    "responses": "response_object",
    "error-responses": "error_object",
    "notifications": "notification",
    "batching": "batch",
    "messages": "conventions",
}
"""The sections of JSON-RPC 2.0 that say what those of the page `basic` took from it."""


def page_url(page: str, spoken: Spoken) -> str:
    """Return the address of `page` ("streamable-http#sending-messages") for what is spoken."""
    name, hash_sign, anchor = page.partition("#")
    if isinstance(spoken, Dialect):
        return _elsewhere(name, anchor)
    if name in EXTENSIONS:
        return f"{EXTENSIONS[name]}{hash_sign}{anchor}"
    revision = spoken
    modern = revision >= Revision.R2026_07_28
    moved = _SINCE_2607 if modern else _UNTIL_2511
    anchor = _anchors(revision).get(page, anchor)
    path = moved.get(name) or _ALWAYS.get(name, name)
    if name == "basic" and revision == Revision.R2024_11_05:
        path = "basic/messages"
    return f"{SITE}/{revision}/{path}{hash_sign if anchor else ''}{anchor}"


def _elsewhere(name: str, anchor: str) -> str:
    """The address of a page that is no part of MCP: what it took from JSON-RPC 2.0, or our own."""
    if name == "basic":
        return f"{JSON_RPC}#{_JSON_RPC_ANCHORS.get(anchor, 'overview')}"
    return f"{DIALECTS}/{name}.md#{anchor}"


def _anchors(revision: Revision) -> dict[str, str]:
    if revision >= Revision.R2026_07_28:
        return _ANCHORS_SINCE_2607
    anchors = dict(_ANCHORS_UNTIL_2511)
    if revision < Revision.R2025_11_25:
        anchors |= _ANCHORS_BEFORE_2511
    if revision < Revision.R2025_06_18:
        anchors |= _ANCHORS_BEFORE_2506
    if revision == Revision.R2024_11_05:
        anchors |= _ANCHORS_2411
    return anchors
