"""A client of HTTP+SSE (2024-11-05): what is POSTed is answered on an event stream.

`plan.place`: `url`, and `headers` as pairs. `plan.speech`: `revision`. The users of a load process
may share streams (`plan.connections`).
"""

from collections.abc import Callable

from mcp_proof_load.clients.channels.channel_client import ChannelClient
from mcp_proof_load.clients.channels.links import LinksByPlan
from mcp_proof_load.clients.channels.opening import greet
from mcp_proof_load.clients.channels.sse_link import SseLink
from mcp_proof_load.clients.client import Client
from mcp_proof_load.plan import Plan


def _beginning(plan: Plan) -> Callable[[], SseLink]:
    def begin() -> SseLink:
        link = SseLink(plan)
        try:
            greet(link.channel, link.send, plan, plan.timeout)
        except BaseException:
            link.close()
            raise
        return link

    return begin


_links = LinksByPlan[SseLink](_beginning)


def client(plan: Plan, _session: int) -> Client:
    """Return a client of the streams that the users of a plan share; none is opened yet."""
    return ChannelClient(_links.of(plan), plan.timeout)
