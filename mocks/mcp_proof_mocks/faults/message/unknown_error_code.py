from dataclasses import dataclass

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.message_fault import Answering, message_fault


@message_fault(
    "unknown-error-code",
    shows={
        "tool=echo": ("jsonrpc-error-code-reserved-range",),
        "code=-32001,tool=echo": ("jsonrpc-error-code-legacy-range",),
        "code=-32500,tool=echo": ("jsonrpc-error-code-app-range",),
    },
)
@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownErrorCode:
    """The reply is an error whose code nobody has defined. Rules see it from 2026-07-28 on."""

    code: int = -32050

    async def replies(self, answering: Answering) -> list[Json]:
        """Return an error instead of a result, and any error with the code."""
        reply = answering.reply
        error = as_object(reply.get("error")) or {"message": "An error that nobody knows"}
        kept = {name: value for name, value in reply.items() if name != "result"}
        return [{**kept, "error": {**error, "code": self.code}}]
