from dataclasses import dataclass
from typing import Literal

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import PROGRESS, as_object
from mcp_proof_mocks.message_fault import Answering, message_fault


@message_fault(
    "bad-progress",
    shows={"how=foreign-token,method=tools/call": ("http-sse-related-messages-only",)},
)
@dataclass(kw_only=True)
class BadProgress:
    """Progress is reported that goes backwards, is another request's, or comes after the reply.

    Only requests that carry a progress token have any. The stream of an HTTP request shows a rule
    the token of another one; no rule reads the values and the end of progress yet.
    """

    how: Literal["decreasing", "foreign-token", "after-end"] = "decreasing"

    def __post_init__(self) -> None:
        """Begin with a token that nobody has."""
        self._before: Json = "no-token-of-yours"

    async def replies(self, answering: Answering) -> list[Json]:
        """Return the reply with the progress."""
        meta = as_object(as_object(answering.request.get("params")).get("_meta"))
        token, reply = meta.get("progressToken"), answering.reply
        if token is None:
            return [reply]
        if self.how == "decreasing":
            return [_progress(token, 99), _progress(token, 98), reply]
        if self.how == "after-end":
            return [reply, _progress(token, 99)]
        before, self._before = self._before, token
        return [_progress(before, 99), reply]


def _progress(token: Json, progress: int) -> JsonObject:
    params: JsonObject = {"progressToken": token, "progress": progress}
    return {"jsonrpc": "2.0", "method": PROGRESS, "params": params}
