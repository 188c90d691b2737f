from dataclasses import dataclass

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.message_fault import Answering, message_fault


@message_fault("reordered", shows={})
@dataclass(kw_only=True)
class Reordered:
    """The reply waits for the next reply, to whichever request, and goes after it.

    No rule names it: responses may come in any order (JSON-RPC 2.0, section 6, says so of batches).
    It tries clients that take the next response for the one they wait for.
    """

    seconds: float = 1.0
    """How long it waits at most."""

    def __post_init__(self) -> None:
        """Hold nothing back yet."""
        at_least(0, seconds=self.seconds)
        self._holds = False

    async def replies(self, answering: Answering) -> list[Json]:
        """Return the reply after the next one; one is held back at a time, or all would be."""
        if not self._holds:
            self._holds = True
            try:
                await answering.waits.until(answering.waits.next_reply, self.seconds)
            finally:
                self._holds = False
        return [answering.reply]
