"""What the dialect `queue` has on the wire: keys and channels of a Redis, and how answers read."""

from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object, quote

REQUESTS: Final = "mcp:requests"
"""The list of requests: pushed on the left, taken from the right."""
RESPONSES: Final = "mcp:responses"
"""What the key of a response begins with."""
REQUESTED: Final = "tool.requested"
"""The channel on which a call is asked for as an event."""
COMPLETED: Final = "tool.completed"
"""The channel that tells what came of one."""
TOOLS: Final = "mcp:tools"
"""The key of the list of tools, which servers may leave out."""


def response_key(request_id: str) -> str:
    """Return the key under which the response to a request stands."""
    return f"{RESPONSES}:{request_id}"


def tools_in(document: Json) -> list[JsonObject]:
    """Return the tools of what stands under mcp:tools: a list, or an object with one."""
    items = as_list(as_object(document).get("tools", document))
    return [tool for item in items if (tool := as_object(item))]


def failure_in(answer: JsonObject) -> str | None:
    """Return why a call failed, as a response or an event tells it; `None` when it did not."""
    error = answer.get("error")
    if error not in (None, False, ""):
        return error if isinstance(error, str) else quote(error)
    if answer.get("success") is False or answer.get("successful") is False:
        return "it says no reason"
    return None


def value_in(answer: JsonObject) -> Json:
    """Return what a tool gave: the `result`, or all of an answer that has no such member."""
    return answer.get("result", answer)
