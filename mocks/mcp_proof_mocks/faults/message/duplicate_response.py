from dataclasses import dataclass

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.message_fault import Answering, message_fault


@message_fault("duplicate-response", shows={"tool=echo": ("jsonrpc-response-id-echo",)})
@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateResponse:
    """The reply is sent more than once. Over HTTP it makes the answer an event stream."""

    times: int = 2

    def __post_init__(self) -> None:
        """Check the number."""
        at_least(2, times=self.times)

    async def replies(self, answering: Answering) -> list[Json]:
        """Return the reply so many times."""
        return [answering.reply] * self.times
