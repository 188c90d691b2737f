"""JSON-RPC over WebSockets that the users of a load process share."""

from collections.abc import Callable
from functools import partial

from mcp_proof_load.clients.channels.channel_client import ChannelClient
from mcp_proof_load.clients.channels.links import LinksByPlan
from mcp_proof_load.clients.channels.socket_link import SocketLink
from mcp_proof_load.clients.client import Client
from mcp_proof_load.clients.http.place import place_of
from mcp_proof_load.plan import Plan


def _beginning(plan: Plan) -> Callable[[], SocketLink]:
    return partial(SocketLink, str(plan.place["url"]), place_of(plan), plan.timeout)


_links = LinksByPlan[SocketLink](_beginning)


def client(plan: Plan, _session: int) -> Client:
    """Return a client of the sockets that the users of a plan share; none is opened yet."""
    return ChannelClient(_links.of(plan), plan.timeout)
