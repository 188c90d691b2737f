from dataclasses import dataclass

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.message_fault import Answering, message_fault


@message_fault("wrong-version", shows={"tool=echo": ("jsonrpc-version-2.0",)})
@dataclass(frozen=True, slots=True, kw_only=True)
class WrongVersion:
    """The reply claims another version of JSON-RPC than 2.0."""

    version: str = "1.0"

    async def replies(self, answering: Answering) -> list[Json]:
        """Return the reply with the wrong version."""
        return [{**answering.reply, "jsonrpc": self.version}]
