from dataclasses import dataclass
from typing import Literal

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.message_fault import Answering, message_fault

SHOWN_BY = ("jsonrpc-response-id-echo",)


@message_fault(
    "wrong-id",
    shows={
        "tool=echo": SHOWN_BY,
        "id=other-type,tool=echo": SHOWN_BY,
        "id=null,tool=echo": SHOWN_BY,
    },
)
@dataclass(frozen=True, slots=True, kw_only=True)
class WrongId:
    """The reply carries an id that is not its request's."""

    id: Literal["other", "other-type", "null"] = "other"
    """Another id, the right one in another JSON type (`"1"` for 1), or null."""

    async def replies(self, answering: Answering) -> list[Json]:
        """Return the reply under the wrong id."""
        right = answering.reply.get("id")
        wrong: dict[str, Json] = {
            "other": f"not-{right}",
            "other-type": str(right) if isinstance(right, int) else 0,
            "null": None,
        }
        return [{**answering.reply, "id": wrong[self.id]}]
