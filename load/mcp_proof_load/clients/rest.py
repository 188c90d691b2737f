"""A client of the dialect REST: every call is a POST to `/mcp/execute`.

`plan.place`: `url`, and `headers` as pairs.
"""

from typing import ClassVar, Final

from mcp_proof.dialects.rest import RestServer
from mcp_proof_contracts.dialects.rest import DISCOVER, EXECUTE
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object, quote
from mcp_proof_load.clients.client import Answer, Client, Discovered, Sent
from mcp_proof_load.clients.http.posts import Posted, Posts
from mcp_proof_load.clients.json_rpc import SHOWN
from mcp_proof_load.plan import Plan

NO_REASON: Final = "it says no reason"


class RestClient:
    """Executes one tool at a time."""

    discovery: ClassVar = f"GET {DISCOVER}"

    def __init__(self, plan: Plan) -> None:
        self._posts = Posts(plan, RestServer.ENDPOINTS)
        self._head = self._posts.head(EXECUTE)

    def open(self) -> None:
        """Connect."""
        self._posts.connection.open()

    def call(self, name: str, arguments: JsonObject, number: int) -> Answer:
        """Execute a tool."""
        request_id = f"mcp-proof-{number}"
        tools: Json = [{"tool_slug": name, "arguments": arguments}]
        posted = self._posts.post(self._head, {"tools": tools, "request_id": request_id})
        if not posted.refusal and posted.members.get("request_id") != request_id:
            # The answers are one behind here: so that not all that follow are wrong.
            self._posts.connection.close()
        return Answer(posted.body, _failure(posted, request_id), posted.others)

    def discover(self, number: int, part: str = "") -> Discovered:  # noqa: ARG002  # it has neither
        """Ask which tools there are, which is told at once."""
        posted = self._posts.get(DISCOVER)
        return Discovered(Answer(posted.body, posted.refusal, posted.others), ())

    def when_sent(self, told: Sent) -> None:
        """Have this told of every request from now on."""
        self._posts.connection.sent = told

    def close(self) -> None:
        """Close the connection."""
        self._posts.connection.close()


def _failure(posted: Posted, request_id: str) -> str:
    members = posted.members
    if posted.refusal:
        return posted.refusal
    if members.get("request_id") != request_id:
        return f"it answers the request {quote(members.get('request_id'))}, and not {request_id}"
    if members.get("successful") is not True:
        return excerpt(str(members.get("error") or NO_REASON), SHOWN)
    results = as_list(as_object(members.get("data")).get("results"))
    return "" if results else "the answer holds no result"


def client(plan: Plan, _session: int) -> Client:
    """Return a client, not connected."""
    return RestClient(plan)
