"""A client of the mock without I/O, for tests that have an event loop; `talk.py` has its own."""

import asyncio
import json
from typing import Any

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import message
from mcp_proof_mocks.conversation import Conversation
from mcp_proof_mocks.server import MockServer

META = "io.modelcontextprotocol/"


def text(words: str) -> dict[str, str]:
    """Return a text block."""
    return {"type": "text", "text": words}


class Client:
    """One client of the mock; what is sent to it ahead of an answer is in `heard`."""

    def __init__(self, server: MockServer, revision: Revision, **capabilities: Any) -> None:
        self.conversation = Conversation(server)
        self.conversation.session.tell = self.hear
        self.revision = revision
        self.capabilities = capabilities
        self.heard: list[Any] = []
        self.answers: dict[str, Any] = {}
        self.ids = iter(range(1, 1000))
        self.introduction: Any = None
        self.asked = asyncio.Event()
        """Set once the server has asked something."""

    @property
    def stateless(self) -> bool:
        return self.revision is Revision.R2026_07_28

    async def start(self) -> None:
        if self.stateless:
            self.introduction = await self.result("server/discover")
            return
        params = {
            "protocolVersion": self.revision,
            "capabilities": self.capabilities,
            "clientInfo": {"name": "test", "version": "1"},
        }
        self.introduction = await self.result("initialize", **params)
        await self.conversation.handle(
            message({"jsonrpc": "2.0", "method": "notifications/initialized"}), self.hear
        )

    def hear(self, value: Any) -> None:
        self.heard.append(value)
        if "id" in value and "method" in value:
            self.asked.set()
            if value["method"] in self.answers:
                reply = {"jsonrpc": "2.0", "id": value["id"], **self.answers[value["method"]]}
                self.settling = asyncio.ensure_future(
                    self.conversation.handle(message(reply), self.hear)
                )

    async def request(self, method: str, *, number: int | None = None, **params: Any) -> Any:
        if self.stateless:
            own = {f"{META}protocolVersion": self.revision}
            own[f"{META}clientCapabilities"] = self.capabilities
            params["_meta"] = {**own, **params.get("_meta", {})}
        request = {"jsonrpc": "2.0", "id": number or next(self.ids), "method": method}
        reply = await self.conversation.handle(message({**request, "params": params}), self.hear)
        return json.loads(json.dumps(reply.messages[0])) if reply.messages else None

    async def result(self, method: str, **params: Any) -> Any:
        reply = await self.request(method, **params)
        assert "result" in reply, reply
        return reply["result"]

    async def error(self, method: str, **params: Any) -> Any:
        reply = await self.request(method, **params)
        assert "error" in reply, reply
        return reply["error"]

    async def cancel(self, number: int) -> None:
        notice = {"jsonrpc": "2.0", "method": "notifications/cancelled"}
        await self.conversation.handle(
            message({**notice, "params": {"requestId": number}}), self.hear
        )
