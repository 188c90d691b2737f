"""Who we are towards a server: what we declare, and how we answer what it asks of its client."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from mcp_proof.example import example_of
from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import Message, as_object

Answering: TypeAlias = Callable[[Message], JsonObject | Awaitable[JsonObject]]
"""Takes a request of the server; returns the `result` or `error` of its response, now or later."""

CLIENT_INFO: Final[JsonObject] = {"name": "mcp-proof", "version": "0.1.0"}
ROOT: Final[JsonObject] = {"uri": "file:///tmp/mcp-proof", "name": "mcp-proof"}


def answer_at_once(message: Message) -> JsonObject:
    """Answer a request of the server with what we have ready."""
    result = answer_to(message.method, message.params)
    if result is None:
        return {"error": {"code": METHOD_NOT_FOUND, "message": "Method not found"}}
    return {"result": result}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientProfile:
    """The client that a session presents."""

    info: JsonObject = field(default_factory=lambda: CLIENT_INFO)
    capabilities: JsonObject | None = None
    """`None` declares everything that the revision has."""
    answer: Answering = answer_at_once
    """How requests of the server are answered."""
    probe: str = ""
    """The probe in whose name they are answered: empty where the answers are right."""

    def declared(self, revision: Revision) -> JsonObject:
        """Return the capabilities to declare at `revision`."""
        if self.capabilities is not None:
            return self.capabilities
        declared: dict[str, Json] = {"sampling": {}, "roots": {}}
        if revision.features.elicitation:
            has_modes = revision >= Revision.R2025_11_25
            declared["elicitation"] = {"form": {}, "url": {}} if has_modes else {}
        return declared


def answer_to(method: str, params: JsonObject) -> JsonObject | None:
    """Return our result for a request that a server may make, or `None` for an unknown method.

    The same results are the input responses of 2026-07-28 (patterns/mrtr).
    """
    match method:
        case "ping":
            return {}
        case "roots/list":
            return {"roots": [ROOT]}
        case "sampling/createMessage":
            return _sampled()
        case "elicitation/create":
            return _elicited(params)
        case _:
            return None


def _sampled() -> JsonObject:
    return {
        "role": "assistant",
        "content": {"type": "text", "text": "An answer sampled by mcp-proof."},
        "model": "mcp-proof",
        "stopReason": "endTurn",
    }


def _elicited(params: JsonObject) -> JsonObject:
    schema = as_object(params.get("requestedSchema"))
    if params.get("mode", "form") != "form" or not schema:
        return {"action": "decline"}
    content = example_of(schema)
    if not isinstance(content, Mapping):
        return {"action": "decline"}
    return {"action": "accept", "content": content}
