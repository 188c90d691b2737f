"""Stimuli for who may ask."""

from typing import Final

from mcp_proof.dialects.openapi_jsonrpc import OpenApiJsonRpcServer
from mcp_proof.probe import probe
from mcp_proof.transports.connection import Headers
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json

CREDENTIALS: Final = ("X-API-Key", "Authorization")
"""The headers that hold a credential where the document names none."""


@probe("openapi-credential", dialects=(Dialect.OPENAPI_JSONRPC,))
async def credential(server: OpenApiJsonRpcServer) -> None:
    """`tools/list` without a credential, and with one of nobody where the document demands one."""
    wrong = server.wrong_credentials
    without: Headers = dict.fromkeys([*CREDENTIALS, *wrong])
    await server.request("POST", server.endpoint, _listing(server), headers=without, case="without")
    if wrong:
        headers: Headers = {**without, **wrong}
        await server.request(
            "POST", server.endpoint, _listing(server), headers=headers, case="wrong"
        )


def _listing(server: OpenApiJsonRpcServer) -> Json:
    return {"jsonrpc": "2.0", "id": server.next_id(), "method": "tools/list", "params": {}}
