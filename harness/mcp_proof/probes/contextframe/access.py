"""Stimuli of who must not be served."""

from typing import Final

from mcp_proof.dialects.contextframe import ContextFrameServer
from mcp_proof.probe import probe
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json

WRONG: Final = {"no token": None, "a wrong token": "Bearer mcp-proof-wrong-token"}


@probe("contextframe-unauthorized", dialects=(Dialect.CONTEXTFRAME,))
async def unauthorized(server: ContextFrameServer) -> None:
    """Good requests, but without a token, and with a wrong one."""
    for case, token in WRONG.items():
        body: Json = {"jsonrpc": "2.0", "id": server.next_id(), "method": "tools/list"}
        headers = {"Authorization": token}
        await server.request("POST", server.ENDPOINT, body, headers=headers, case=case)
