from dataclasses import dataclass

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.message_fault import Answering, message_fault


@message_fault(
    "late-response",
    shows={"seconds=30,method=resources/list": ("jsonrpc-request-answered",)},
)
@dataclass(frozen=True, slots=True, kw_only=True)
class LateResponse:
    """The reply comes late; a client that has gone meanwhile gets none.

    Late is what comes after the client's patience: a shorter delay breaks no rule, nor does the
    delay of what may take its time, such as a tool call.
    """

    seconds: float = 5.0

    def __post_init__(self) -> None:
        """Check the time."""
        at_least(0, seconds=self.seconds)

    async def replies(self, answering: Answering) -> list[Json]:
        """Return the reply when the time has come."""
        await answering.waits.pause(self.seconds)
        return [] if answering.waits.gone else [answering.reply]
