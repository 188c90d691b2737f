"""A client of ContextFrame: JSON-RPC at `/mcp/v1/jsonrpc`, `initialize` first.

`plan.place`: `url`, and `headers` as pairs.
"""

from urllib.parse import urlencode

from mcp_proof.dialects.contextframe import INITIALIZE, ContextFrameServer
from mcp_proof_contracts.dialects.contextframe import ENDPOINT, SUBSCRIBE
from mcp_proof_load.clients.client import Client
from mcp_proof_load.clients.http.json_rpc_client import JsonRpcClient
from mcp_proof_load.clients.http.posts import event_stream, place_of_endpoint
from mcp_proof_load.clients.streams import Stream
from mcp_proof_load.plan import Plan


def client(plan: Plan, _session: int) -> Client:
    """Return a client, not connected."""
    place = place_of_endpoint(plan, ContextFrameServer.ENDPOINTS, ENDPOINT)
    return JsonRpcClient(place, plan.timeout, INITIALIZE)


def changes(plan: Plan, **query: str) -> Stream:
    """Return the stream of changes of the dataset, not opened.

    Args:
        plan: names the server.
        query: to which changes to listen: `resource_type`, `filter`.
    """
    path = f"{SUBSCRIBE}?{urlencode(query)}" if query else SUBSCRIBE
    return event_stream(plan, ContextFrameServer.ENDPOINTS, path)
