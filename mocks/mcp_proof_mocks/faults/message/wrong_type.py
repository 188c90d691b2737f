from collections.abc import Sequence
from dataclasses import dataclass

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.faults.message.member import changed
from mcp_proof_mocks.message_fault import Answering, message_fault


@message_fault(
    "wrong-type",
    shows={
        "tool=echo": ("jsonrpc-result-is-object",),
        "member=error.code,tool=refuse": ("jsonrpc-error-shape",),
        "member=result.tools,method=tools/list": ("tools-list-answers",),
    },
)
@dataclass(frozen=True, slots=True, kw_only=True)
class WrongType:
    """A member of the reply has another JSON type: a list becomes a string, all else a list."""

    member: str = "result"
    """The member's path, such as `result` or `error.code`; a reply without it stays as it is."""

    async def replies(self, answering: Answering) -> list[Json]:
        """Return the reply with the member in another type."""
        return [changed(answering.reply, self.member.split("."), _in_another_type)]


def _in_another_type(value: Json) -> Json:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return "no list" if is_list else [value]
