"""What every dialect besides MCP says of its servers: one class each."""

from abc import abstractmethod
from typing import ClassVar, Self

from mcp_proof.recorder import Recorder
from mcp_proof.targets import Reachable
from mcp_proof.tool_server import MAX_CALLS, ToolServer, example_arguments
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.rule import TransportName


class DialectServer(ToolServer):
    """A server that speaks a dialect of its own."""

    dialect: ClassVar[Dialect]

    def __init__(self, target: Reachable, recorder: Recorder, timeout: float) -> None:
        self.target = target
        self.recorder = recorder
        self.timeout = timeout
        """Seconds to wait for one answer."""
        self.info: JsonObject = {}
        """The server's name and version, as far as it told."""

    @classmethod
    async def opened(cls, target: Reachable, recorder: Recorder, timeout: float) -> Self:
        """Return a connected server.

        Raises:
            PeerError: nothing accepts connections at its address.
        """
        server = cls(target, recorder, timeout)
        try:
            await server.open()
        except BaseException:
            await server.close()  # nobody else knows its connections
            raise
        return server

    @abstractmethod
    async def open(self) -> None:
        """Connect.

        Raises:
            PeerError: nothing accepts connections at its address.
        """

    async def survey(self) -> None:
        """List the tools, and call those that may be called."""
        callable_tools = [tool for tool in await self.list_tools() if self.may_call(tool)]
        for tool in callable_tools[:MAX_CALLS]:
            if (arguments := example_arguments(tool)) is not None:
                await self.call(tool.name, arguments)

    @abstractmethod
    async def recognized(self) -> bool:
        """Whether the server speaks this dialect, as far as one harmless request tells."""

    @property
    def spoken(self) -> Dialect:
        """The dialect."""
        return self.dialect

    @property
    def transport(self) -> TransportName:
        """The transport."""
        return self.target.transport

    @property
    def introduction(self) -> JsonObject:
        """Name and version in MCP's form."""
        return {"serverInfo": self.info}
