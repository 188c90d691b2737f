from dataclasses import dataclass

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.message_fault import Answering, message_fault


@message_fault("no-response", shows={"method=resources/list": ("jsonrpc-request-answered",)})
@dataclass(frozen=True, slots=True, kw_only=True)
class NoResponse:
    """The request is never answered; over HTTP its connection stays open until the client leaves.

    A rule sees it where an answer is due at once: a tool call might still be running.
    """

    async def replies(self, answering: Answering) -> list[Json]:
        """Return nothing, and not before nobody waits any more."""
        await answering.waits.pause(None)
        return []
