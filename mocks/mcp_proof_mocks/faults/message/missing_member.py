from dataclasses import dataclass

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.faults.message.member import without
from mcp_proof_mocks.message_fault import Answering, message_fault


@message_fault(
    "missing-member",
    shows={
        "member=jsonrpc,tool=echo": ("jsonrpc-version-2.0",),
        "member=id,tool=echo": ("jsonrpc-response-id-echo",),
        "tool=echo": ("jsonrpc-result-xor-error",),
        "member=result.tools,method=tools/list": ("tools-list-answers",),
    },
)
@dataclass(frozen=True, slots=True, kw_only=True)
class MissingMember:
    """The reply lacks a member."""

    member: str = "result"
    """The member's path, such as `id` or `result.content`; a reply without it stays as it is."""

    async def replies(self, answering: Answering) -> list[Json]:
        """Return the reply without the member."""
        return [without(answering.reply, self.member.split("."))]
