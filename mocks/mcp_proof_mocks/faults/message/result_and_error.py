from dataclasses import dataclass

from mcp_proof_contracts.error_codes import INTERNAL_ERROR
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.message_fault import Answering, message_fault

ERROR: JsonObject = {"code": INTERNAL_ERROR, "message": "Internal error"}


@message_fault("result-and-error", shows={"tool=echo": ("jsonrpc-result-xor-error",)})
@dataclass(frozen=True, slots=True, kw_only=True)
class ResultAndError:
    """The reply has both a result and an error."""

    async def replies(self, answering: Answering) -> list[Json]:
        """Return the reply with the member that it must not have besides."""
        return [{"result": {}, "error": ERROR, **answering.reply}]
