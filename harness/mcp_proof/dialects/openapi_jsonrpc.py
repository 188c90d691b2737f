"""JSON-RPC at `POST /mcp`, described by an OpenAPI document at `GET /openapi.json`."""

from collections.abc import Mapping
from typing import Final

from mcp_proof.dialects.json_rpc import JsonRpcOverHttp
from mcp_proof.dialects.over_http import origin_of
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Reachable
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.openapi.described import Operation, credential_headers, jsonrpc_operation
from mcp_proof_contracts.openapi.jsonrpc import CALLS, DOCUMENT, HEALTH, READY
from mcp_proof_contracts.wire import as_list, as_object

NOBODYS: Final = "mcp-proof-no-such-credential"
MAX_READS: Final = 3
"""How many resources are read in the ordinary conversation."""


class OpenApiJsonRpcServer(JsonRpcOverHttp):
    """A server that says by an OpenAPI document how it is asked."""

    dialect = Dialect.OPENAPI_JSONRPC
    ENDPOINT = CALLS
    ENDPOINTS = (CALLS, DOCUMENT)

    def __init__(self, target: Reachable, recorder: Recorder, timeout: float) -> None:
        super().__init__(target, recorder, timeout)
        self.described: Operation | None = None
        """How the document describes a request."""

    async def open(self) -> None:
        """Connect, and read the document: it says at which path requests are taken."""
        await super().open()
        given = self.base
        for base in dict.fromkeys((given, origin_of(given))):
            self.base = base
            answer = await self.request("GET", DOCUMENT)
            self.described = jsonrpc_operation(answer.members)
            if self.described is not None:
                info = as_object(answer.members.get("info"))
                self.info = {"name": info.get("title", ""), "version": info.get("version", "")}
                self.endpoint = self.described.path
                return
        self.base = given

    async def recognized(self) -> bool:
        """Whether a document describes a POST to `/mcp` that takes JSON-RPC."""
        return self.described is not None

    @property
    def wrong_credentials(self) -> Mapping[str, str]:
        """A credential of nobody in each header in which the document demands one."""
        names = credential_headers(self.described) if self.described is not None else ()
        return {name: f"Bearer {NOBODYS}" if name == "Authorization" else NOBODYS for name in names}

    async def survey(self) -> None:
        """List and call tools, look at the health, list resources and read some."""
        await super().survey()
        await self.request("GET", HEALTH)
        await self.request("GET", READY)
        for resource in (await self.list_resources())[:MAX_READS]:
            await self.rpc("resources/read", {"uri": resource.get("uri")})

    async def list_resources(self) -> list[JsonObject]:
        """Return what resources/list gives first; nothing where there is no such method."""
        answer = await self.rpc("resources/list", {})
        listed = as_list(as_object(answer.result).get("resources"))
        return [as_object(resource) for resource in listed]
