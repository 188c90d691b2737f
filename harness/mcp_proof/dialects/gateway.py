"""Gateway: servers are registered at `/servers`, and their tools are called through it."""

from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from mcp_proof.dialects.over_http import HttpAnswer, HttpToolServer
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Reachable
from mcp_proof.tool_server import CallFailure, CallOutcome, ListedTool, listed_tool
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.gateway import SERVERS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.secrets.members import secrets_in_members
from mcp_proof_contracts.wire import as_list, as_object

REGISTER: Final = "servers/register"
"""What allows to register servers, where the user names it as a tool that may be called."""
MAX_SERVERS: Final = 50
"""Servers whose tools are asked for: some gateways know hundreds."""


class GatewayServer(HttpToolServer):
    """A gateway; its tools are called `server:tool`."""

    dialect = Dialect.GATEWAY
    ENDPOINTS = (SERVERS,)

    def __init__(self, target: Reachable, recorder: Recorder, timeout: float) -> None:
        super().__init__(target, recorder, timeout)
        self.tools_of: dict[str, dict[str, ListedTool]] = {}
        """The listed tools by their own names, of each server whose tools could be listed."""
        recorder.secrets_in = secrets_in_members

    @property
    def may_register(self) -> bool:
        """Whether the user allows to register servers, which changes the gateway."""
        return REGISTER in self.allowed

    @property
    def presents_token(self) -> bool:
        """Whether the user gave a token for the gateway."""
        return bool(self.connection.given("authorization"))

    async def recognized(self) -> bool:
        """Whether the server lists servers as this dialect has it."""
        return isinstance((await self.request("GET", SERVERS)).members.get("servers"), list)

    async def list_servers(self) -> list[str]:
        """Return the names of the servers, as far as each has one."""
        answer = await self.request("GET", SERVERS)
        items = [as_object(item) for item in as_list(answer.members.get("servers"))]
        return [name for item in items if isinstance(name := item.get("name"), str) and name]

    async def list_tools(self) -> list[ListedTool]:
        """Return the tools of all servers that answer."""
        self.tools_of = {}
        for server in dict.fromkeys((await self.list_servers())[:MAX_SERVERS]):
            answer = await self.request("GET", at(server, "tools"))
            if answer.status == HTTPStatus.OK:
                tools = [_tool(server, as_object(i)) for i in as_list(answer.members.get("tools"))]
                self.tools_of[server] = {str(tool.listed["name"]): tool for tool in tools if tool}
        return [tool for tools in self.tools_of.values() for tool in tools.values()]

    async def call(self, name: str, arguments: JsonObject) -> CallOutcome:
        """Call `server:tool`."""
        server, tool = self.place(name)
        return _outcome(await self.call_at(server, {"tool": tool, "params": arguments}))

    def place(self, tool_id: str) -> tuple[str, str]:
        """Return the server and the name of a tool; of two with this id, of one that may be called.

        Both may hold a colon, so the id does not tell where a listed tool is.
        """
        found = [
            (self.may_call(tool), server, name)
            for server, tools in self.tools_of.items()
            for name, tool in tools.items()
            if tool.name == tool_id
        ]
        if not found:
            server, _, name = tool_id.partition(":")
            return server, name
        _, server, name = max(found, key=lambda place: place[0])
        return server, name

    async def call_at(self, server: str, body: Json, *, case: str = "") -> HttpAnswer:
        """Send any JSON value where a call of a tool of this server belongs."""
        return await self.request("POST", at(server, "call"), body, case=case)

    async def close(self) -> None:
        """Close the connections; what else speaks to this recorder may be of another dialect."""
        self.recorder.secrets_in = None
        await super().close()

    async def remove(self, server: str, *, case: str = "") -> HttpAnswer:
        """Remove a server."""
        return await self.request("DELETE", at(server), case=case)


def at(server: str, what: str = "") -> str:
    """Return the path of a server, of its `tools`, or of a `call`."""
    return "/".join((SERVERS, quote(server, safe=""), *filter(None, (what,))))


def _tool(server: str, item: JsonObject) -> ListedTool | None:
    tool = listed_tool(item)
    return replace(tool, name=f"{server}:{tool.name}") if tool.name else None


def _outcome(answer: HttpAnswer) -> CallOutcome:
    if answer.status != HTTPStatus.OK or answer.members.get("error"):
        return CallOutcome(failure=answer.refusal)
    if "result" not in answer.members:
        return CallOutcome(failure=CallFailure(text="the answer holds no result"))
    return CallOutcome(value=answer.members["result"])
