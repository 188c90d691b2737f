"""The servers that a gateway knows: those of its contract, those registered, those shared with it.

What another gateway shares is known as `gateway.server`, after the name under which that gateway is
registered here. Two gateways that know each other would ask each other for ever: a request names in
`Via` the gateways that it has passed, and one that finds itself there has nothing to add.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Final, TypeVar
from urllib.parse import urlunsplit

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.secrets.given import secrets_in_url
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.secrets.values import is_secretive
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.authorization.uris import split
from mcp_proof_mocks.dialects.run_tool import ToolFailedError, Why
from mcp_proof_mocks.eager import in_task
from mcp_proof_mocks.registered.ask import credentials
from mcp_proof_mocks.registered.contracted import Contracted
from mcp_proof_mocks.registered.gateway import GatewayServer, Passed
from mcp_proof_mocks.registered.mcp import McpServer
from mcp_proof_mocks.registered.registered import Registered, SlowError, UnreachableError
from mcp_proof_mocks.registered.rest import RestServer
from mcp_proof_mocks.server import MockServer

T = TypeVar("T")

PATIENCE: Final = 2.0
"""Seconds that a registered server has; the further away the gateway that asks, the less."""
MAX_SERVERS: Final = 1000
"""Servers that are known at a time: clients must not fill the memory."""
TRANSPORTS: Final[Mapping[str, Callable[[str, Mapping[str, str]], Registered | GatewayServer]]] = {
    "http": McpServer,
    "rest": RestServer,
    "gateway": GatewayServer,
}


class TakenError(Exception):
    """The name of a server is taken."""


class FullError(Exception):
    """There is no room for another server."""


class UnknownServerError(Exception):
    """There is no server of this name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A server: what is known of it, and how it is reached."""

    document: JsonObject
    server: Registered | GatewayServer


class Registry:
    """The servers of one gateway by name."""

    def __init__(self, mock: MockServer) -> None:
        self._mock = mock
        self._known = {
            name: Entry({"name": name, "transport": "in-process"}, Contracted(behind))
            for name, behind in mock.behind.items()
        }
        self._name = f"mock-{token_hex(8)}"
        """What `Via` calls this gateway."""

    # What is known

    def add(self, registration: JsonObject) -> JsonObject:
        """Register a server; return how it is listed.

        Raises:
            TakenError: there is one of this name.
            FullError: there are too many.
        """
        name = str(registration.get("name"))
        if name in self._known and self._mock.keeps("gateway-duplicate-name-refused"):
            raise TakenError(f"There is a server '{name}' already")
        if len(self._known) >= MAX_SERVERS:
            raise FullError(f"There are {MAX_SERVERS} servers already")
        transport = str(registration.get("transport", "http"))
        authentication = as_object(registration.get("authentication"))
        presented = credentials(authentication)
        token, url = str(authentication.get("token")), str(registration.get("url"))
        secrets = {token} if is_secretive(token) else set[str]()
        self._mock.journal.mask.hide(secrets | secrets_in_url(url).values)
        server = TRANSPORTS.get(transport, McpServer)(url, presented)
        entry = Entry({**registration, "transport": transport}, server)
        self._known[name] = entry
        return self._shown(entry)

    def remove(self, name: str) -> None:
        """Remove a server.

        Raises:
            UnknownServerError: there is none of this name.
        """
        if name not in self._known:
            raise self._unknown(name)
        if self._mock.keeps("gateway-removed-gone"):
            del self._known[name]

    async def listed(self, passed: Passed) -> list[JsonObject]:
        """Return all servers, and those that other gateways share, as far as these answer."""
        if self._name in passed:
            return []
        everything = self._mock.keeps("gateway-registered-listed")
        own = [
            self._shown(entry)
            for entry in self._known.values()
            if everything or isinstance(entry.server, Contracted)
        ]
        gateways = [
            (name, entry.server)
            for name, entry in self._known.items()
            if isinstance(entry.server, GatewayServer)
        ]
        if not gateways:
            return own
        await in_task()
        shared = await asyncio.gather(*(self._shared(*each, passed) for each in gateways))
        return [*own, *(entry for entries in shared for entry in entries)]

    async def _shared(self, name: str, gateway: GatewayServer, passed: Passed) -> list[JsonObject]:
        try:
            asking = gateway.servers(passed.and_by(self._name))
            entries = await self._in_time(asking, passed)
        except (UnreachableError, ToolFailedError):
            return []  # whoever asks for the tools of the gateway itself is told
        return [{**entry, "name": f"{name}.{entry['name']}", "origin": name} for entry in entries]

    def _shown(self, entry: Entry) -> JsonObject:
        """Return an entry as it may be listed: without what the gateway presents."""
        if not self._mock.keeps("gateway-secrets-unlisted"):
            return entry.document
        shown: dict[str, Json] = {
            name: entry.document[name]
            for name in ("name", "url", "transport")
            if name in entry.document
        }
        if isinstance(url := shown.get("url"), str):
            shown["url"] = Mask(secrets_in_url(url).values)(_without_credentials(url))
        if authentication := as_object(entry.document.get("authentication")):
            shown["authentication"] = {"type": authentication.get("type")}
        return shown

    # What is asked of one server

    async def tools(self, name: str, passed: Passed) -> list[JsonObject]:
        """Return the tools of a server.

        Raises:
            UnknownServerError: there is none of this name.
            ToolFailedError: another gateway does not know it.
            UnreachableError: it does not answer.
        """
        server = self._found(name, passed)
        if isinstance(server, GatewayServer):  # it has none, if it is there at all
            await self._in_time(server.servers(passed.and_by(self._name)), passed)
            return []
        return await self._tools(server, passed)

    async def call(self, name: str, tool: str, params: JsonObject, passed: Passed) -> Json:
        """Return what a tool of a server gives.

        Raises:
            UnknownServerError: there is none of this name.
            ToolFailedError: it has no such tool, or the tool failed.
            UnreachableError: it does not answer.
        """
        server = self._found(name, passed)
        if isinstance(server, GatewayServer) or not await self._has(server, tool, passed):
            elsewhere = await self._elsewhere(tool, passed)
            if elsewhere is None or self._mock.keeps("gateway-call-routed"):
                self._mock.unexpected(f"{name}:{tool}: there is no such tool")
                raise ToolFailedError(Why.UNKNOWN, f"Tool '{tool}' of server '{name}' not found")
            server = elsewhere
        return await self._in_time(server.call(tool, params), passed, server)

    def _found(self, name: str, passed: Passed) -> Registered | GatewayServer:
        if self._name in passed:
            raise self._unknown(name)
        if name in self._known:
            return self._known[name].server
        home, _, rest = name.partition(".")
        gateway = self._known[home].server if home in self._known else None
        if rest and isinstance(gateway, GatewayServer):
            return gateway.server(rest, passed.and_by(self._name))
        raise self._unknown(name)

    def _unknown(self, name: str) -> UnknownServerError:
        hint = did_you_mean(name, self._known)
        self._mock.unexpected(f"{name}: there is no such server.{hint}")
        return UnknownServerError(f"Server '{name}' not found.{hint}")

    async def _has(self, server: Registered, tool: str, passed: Passed) -> bool:
        return any(each.get("name") == tool for each in await self._tools(server, passed))

    async def _elsewhere(self, tool: str, passed: Passed) -> Registered | None:
        """Return a server in this process that has a tool; only a fault asks for one."""
        for entry in self._known.values():
            if isinstance(entry.server, Contracted) and await self._has(entry.server, tool, passed):
                return entry.server
        return None

    async def _tools(self, server: Registered, passed: Passed) -> list[JsonObject]:
        return await self._in_time(server.tools(), passed, server)

    async def _in_time(
        self, work: Awaitable[T], passed: Passed, server: Registered | None = None
    ) -> T:
        """Await what another server does; one of the contract takes the time that this says."""
        if isinstance(server, Contracted):
            return await work
        await in_task()
        seconds = PATIENCE / (1 + len(passed))
        try:
            async with asyncio.timeout(seconds):
                return await work
        except TimeoutError as error:
            raise SlowError(f"no answer within {seconds:g} s") from error


def _without_credentials(url: str) -> str:
    """Return a URL without user, password and query; nothing of what is none."""
    if (parts := split(url)) is None:
        return ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
