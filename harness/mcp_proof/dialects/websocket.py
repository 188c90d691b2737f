"""JSON-RPC over one WebSocket: many requests are under way at once, answers come in any order."""

import itertools
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from mcp_proof.dialects.dialect_server import DialectServer
from mcp_proof.dialects.json_rpc import JsonRpcServer, RpcAnswer
from mcp_proof.dialects.over_http import EVENT_STREAM
from mcp_proof.dialects.socket_client import SocketClient
from mcp_proof.errors import PeerError
from mcp_proof.recorder import Recorder, probe_label
from mcp_proof.targets import Reachable
from mcp_proof.transports.connection import Sending
from mcp_proof.transports.http_client import HttpClient, HttpServer
from mcp_proof.transports.websocket import WebSocketConnection
from mcp_proof_contracts.dialect import Dialect

MAX_RESTARTS: Final = 40
"""How often a socket that the server closed is opened anew: more than probes can excuse."""


class WebSocketServer(DialectServer, JsonRpcServer):
    """A server that speaks JSON-RPC over WebSockets."""

    dialect = Dialect.WEBSOCKET

    def __init__(self, target: Reachable, recorder: Recorder, timeout: float) -> None:
        super().__init__(target, recorder, timeout)
        self.tools = {}
        self._numbers = itertools.count(1)
        self._names = itertools.count(1)
        self._main: SocketClient | None = None
        self._opened: list[SocketClient] = []
        self._streams: list[HttpClient] = []

    async def open(self) -> None:
        """Open the first socket."""
        self._main = await self._connected()

    async def recognized(self) -> bool:
        """Whether `tools/list` is answered with a result."""
        return isinstance((await self.rpc("tools/list", {})).result, dict)

    async def socket(self) -> SocketClient:
        """Return the socket of ordinary requests, opened anew when the server has closed it.

        Raises:
            PeerError: the server cannot be reached any more, or closed too often.
        """
        if self._main is None or not self._main.alive:
            if len(self._opened) > MAX_RESTARTS and not self.recorder.endless:
                raise PeerError(f"{self.target.label} closed {MAX_RESTARTS} WebSockets")
            self._main = await self._connected()
        return self._main

    @asynccontextmanager
    async def fresh(self) -> AsyncGenerator[SocketClient]:
        """A socket of its own, then closed; it is not opened anew."""
        client = await self._connected()
        try:
            yield client
        finally:
            await client.close()

    async def send_rpc(self, raw: bytes, *, case: str = "") -> RpcAnswer:
        """Send one text frame on the socket of ordinary requests."""
        return await (await self.socket()).ask([raw], case=case)

    def next_id(self) -> int:
        """Return the next number."""
        return next(self._numbers)

    async def close(self) -> None:
        """Close every socket that is still open, whatever happens to the others."""
        async with AsyncExitStack() as stack:
            for client in self._opened:
                stack.push_async_callback(client.close)
            for listening in self._streams:
                stack.push_async_callback(listening.close)

    async def listen(self, path: str, *, case: str = "") -> Sending:
        """Ask for an event stream at the same address; it lasts until it is closed.

        Raises:
            PeerError: nothing accepts connections there any more.
        """
        socket = (await self.socket()).connection
        parts = urlsplit(socket.url)
        scheme = "https" if parts.scheme == "wss" else "http"
        address = urlunsplit((scheme, parts.netloc, path, "", ""))
        server = HttpServer(address, socket.headers)
        client = HttpClient(server, self._name(), self.recorder, self.timeout)
        self._streams.append(client)
        await client.open()
        return client.request("GET", url=address, headers=EVENT_STREAM, probe=probe_label(case))

    def _name(self) -> str:
        return f"{self.dialect}-{next(self._names)}"

    async def _connected(self) -> SocketClient:
        connection = self.target.connect(self._name(), self.recorder, self.timeout)
        assert isinstance(connection, WebSocketConnection)
        client = SocketClient(connection, self.recorder, self.timeout, self._numbers)
        self._opened.append(client)
        await connection.open()
        return client
