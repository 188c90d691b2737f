"""A gateway behind a gateway: the servers that it knows are reached through it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.dialects.run_tool import ToolFailedError, Why
from mcp_proof_mocks.registered.ask import Answered, ask, refusal
from mcp_proof_mocks.registered.registered import UnreachableError

VIA: Final = "via"


class Passed(tuple[str, ...]):
    """The gateways that a request has passed, as its `Via` names them (RFC 9110 section 7.6.3)."""

    __slots__ = ()

    @classmethod
    def by(cls, headers: Mapping[str, str]) -> "Passed":
        """Read the header of a request."""
        fields = (part.split() for part in headers.get(VIA, "").split(","))
        return cls(field[1] for field in fields if len(field) > 1)

    def and_by(self, gateway: str) -> "Passed":
        """Return the same with one more."""
        return Passed((*self, gateway))

    @property
    def header(self) -> dict[str, str]:
        """The header that says so."""
        return {VIA: ", ".join(f"1.1 {name}" for name in self)}


class GatewayServer:
    """One gateway behind this one: it has servers, and no tools of its own."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._servers = f"{url.rstrip('/').removesuffix('/servers')}/servers"
        self._headers = headers

    async def servers(self, passed: Passed) -> list[JsonObject]:
        """Return the servers that it shares.

        Raises:
            UnreachableError: it does not answer.
        """
        answer = await self._ask("GET", "", passed)
        entries = [as_object(item) for item in as_list(answer.members.get("servers"))]
        return [entry for entry in entries if isinstance(entry.get("name"), str)]

    def server(self, name: str, passed: Passed) -> "SharedServer":
        """Return a server that it shares."""
        return SharedServer(self, name, passed)

    async def _ask(self, method: str, below: str, passed: Passed, body: Json = None) -> Answered:
        headers = {**self._headers, **passed.header}
        answer = await ask(method, self._servers + below, body, headers)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise ToolFailedError(Why.UNKNOWN, str(answer.members.get("error")))
        if method == "POST" and (refused := refusal(answer)) is not None:
            raise refused
        if answer.status != HTTPStatus.OK:
            told = answer.members.get("error") or "no reason"
            raise UnreachableError(f"that gateway answered with {answer.status}: {told}")
        return answer

    async def tools_of(self, name: str, passed: Passed) -> list[JsonObject]:
        """Return the tools of a server that it shares."""
        answer = await self._ask("GET", f"/{quote(name, safe='')}/tools", passed)
        return [as_object(tool) for tool in as_list(answer.members.get("tools"))]

    async def call_of(self, name: str, passed: Passed, tool: str, params: JsonObject) -> Json:
        """Call a tool of a server that it shares."""
        body: JsonObject = {"tool": tool, "params": params}
        answer = await self._ask("POST", f"/{quote(name, safe='')}/call", passed, body)
        if answer.members.get("error"):
            raise ToolFailedError(Why.FAILED, str(answer.members["error"]))
        return answer.members.get("result")


class SharedServer:
    """A server behind another gateway."""

    def __init__(self, gateway: GatewayServer, name: str, passed: Passed) -> None:
        self._gateway = gateway
        self._name = name
        self._passed = passed

    async def tools(self) -> list[JsonObject]:
        """Return its tools."""
        return await self._gateway.tools_of(self._name, self._passed)

    async def call(self, tool: str, params: JsonObject) -> Json:
        """Call a tool of it."""
        return await self._gateway.call_of(self._name, self._passed, tool, params)
