"""A client of servers that an OpenAPI document describes: JSON-RPC at `/mcp`.

`plan.place`: `url`, with the path that the document names, or without it where that is `/mcp`; and
`headers` as pairs.
"""

from mcp_proof.dialects.openapi_jsonrpc import OpenApiJsonRpcServer
from mcp_proof_contracts.dialects.event_stream import STREAM
from mcp_proof_contracts.openapi.jsonrpc import CALLS
from mcp_proof_load.clients.client import Client
from mcp_proof_load.clients.http.json_rpc_client import JsonRpcClient
from mcp_proof_load.clients.http.posts import event_stream, place_of_endpoint
from mcp_proof_load.clients.streams import Stream
from mcp_proof_load.plan import Plan


def client(plan: Plan, _session: int) -> Client:
    """Return a client, not connected."""
    place = place_of_endpoint(plan, OpenApiJsonRpcServer.ENDPOINTS, CALLS)
    return JsonRpcClient(place, plan.timeout)


def executions(plan: Plan) -> Stream:
    """Return the stream of events about what is executed, not opened."""
    return event_stream(plan, OpenApiJsonRpcServer.ENDPOINTS, STREAM)
