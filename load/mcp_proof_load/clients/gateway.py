"""A client of a gateway: every call is a POST to `/servers/<server>/call`.

`plan.place`: `url`, and `headers` as pairs. `plan.speech`: `tools`, for each id the pair of its
server's name and its own; an id `server:tool` that is not among them is taken apart.
"""

from typing import ClassVar, Final, NamedTuple

from mcp_proof.dialects.gateway import MAX_SERVERS, GatewayServer, at
from mcp_proof_contracts.dialects.gateway import SERVERS
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_load.clients.client import Answer, Client, Discovered, Sent
from mcp_proof_load.clients.http.posts import Posted, Posts
from mcp_proof_load.clients.json_rpc import SHOWN
from mcp_proof_load.plan import Plan

PAIR: Final = 2


class _Tool(NamedTuple):
    head: bytes
    name: str
    """As its server knows it."""


class GatewayClient:
    """Calls tools of the servers behind a gateway."""

    discovery: ClassVar = f"GET {SERVERS}"

    def __init__(self, plan: Plan) -> None:
        self._posts = Posts(plan, GatewayServer.ENDPOINTS)
        self._places = as_object(plan.speech.get("tools"))
        self._tools: dict[str, _Tool] = {}

    def open(self) -> None:
        """Connect."""
        self._posts.connection.open()

    def call(self, name: str, arguments: JsonObject, number: int) -> Answer:  # noqa: ARG002  # a gateway knows no ids of calls
        """Call a tool by its id."""
        tool = self._tools.get(name)
        if tool is None:
            server, own_name = self._place(name)
            tool = self._tools[name] = _Tool(self._posts.head(at(server, "call")), own_name)
        posted = self._posts.post(tool.head, {"tool": tool.name, "params": arguments})
        return Answer(posted.body, _failure(posted), posted.others)

    def discover(self, number: int, part: str = "") -> Discovered:  # noqa: ARG002  # as for calls
        """Ask which servers there are; each is a part, which is asked for its tools."""
        posted = self._posts.get(at(part, "tools") if part else SERVERS)
        answer = Answer(posted.body, posted.refusal, posted.others)
        items = [as_object(item) for item in as_list(posted.members.get("servers"))]
        names = (name for item in items if isinstance(name := item.get("name"), str) and name)
        return Discovered(answer, () if part else tuple(dict.fromkeys(names))[:MAX_SERVERS])

    def when_sent(self, told: Sent) -> None:
        """Have this told of every request from now on."""
        self._posts.connection.sent = told

    def close(self) -> None:
        """Close the connection."""
        self._posts.connection.close()

    def _place(self, name: str) -> tuple[str, str]:
        known = as_list(self._places.get(name))
        if len(known) == PAIR:
            return str(known[0]), str(known[1])
        server, _, own_name = name.partition(":")
        return server, own_name


def _failure(posted: Posted) -> str:
    if posted.refusal:
        return posted.refusal
    if error := posted.members.get("error"):
        return excerpt(str(error), SHOWN)
    return "" if "result" in posted.members else "the answer holds no result"


def client(plan: Plan, _session: int) -> Client:
    """Return a client, not connected."""
    return GatewayClient(plan)
