"""JSON-RPC over WebSockets that the users of a load process share.

`plan.place`: `url`, and `headers` as pairs.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from mcp_proof_contracts.dialects.event_stream import STREAM
from mcp_proof_load.clients.channels.channel_client import ChannelClient
from mcp_proof_load.clients.channels.links import LinksByPlan
from mcp_proof_load.clients.channels.socket_link import SocketLink
from mcp_proof_load.clients.client import Client
from mcp_proof_load.clients.http.place import place_of
from mcp_proof_load.clients.http.posts import event_stream
from mcp_proof_load.clients.streams import Stream
from mcp_proof_load.plan import Plan


def _over_http(plan: Plan) -> Plan:
    """Return it with the URL of the HTTP request from which a WebSocket comes."""
    url = "http" + str(plan.place["url"])[len("ws") :]
    return replace(plan, place={**plan.place, "url": url})


def _beginning(plan: Plan) -> Callable[[], SocketLink]:
    place = place_of(_over_http(plan))
    return partial(SocketLink, str(plan.place["url"]), place, plan.timeout)


_links = LinksByPlan[SocketLink](_beginning)


def client(plan: Plan, _session: int) -> Client:
    """Return a client of the sockets that the users of a plan share; none is opened yet."""
    return ChannelClient(_links.of(plan), plan.timeout)


def executions(plan: Plan) -> Stream:
    """Return the stream of events about what is executed, not opened: it is beside the socket."""
    over_http = _over_http(plan)
    path = urlsplit(str(over_http.place["url"])).path
    return event_stream(over_http, (path,), STREAM)
