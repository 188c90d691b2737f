"""A transcript of a client that was asked to do something, written by hand."""

import itertools
from typing import Any

from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

INFO = {"name": "x", "version": "1"}
META = "io.modelcontextprotocol/"


class Driven(Tape):
    """A client of one server, at one revision; its wishes are told in their order.

    Args:
        revision: what is spoken.
        transport: over what.
        server: the server's capabilities.
        client: what the client declares.
        wishes: what it is asked to do.
    """

    def __init__(
        self,
        revision: Revision = Revision.R2026_07_28,
        transport: str = "stdio",
        server: Json = None,
        client: Json = None,
        wishes: Any = (),
    ) -> None:
        super().__init__(transport, Sender.CLIENT)
        self.revision = revision
        self.wishes = list(wishes)
        self.client = client or {}
        self._numbers = itertools.count(1)
        shared = {"capabilities": server or {}, "serverInfo": INFO}
        if revision.era is Era.STATELESS:
            self.ask("server/discover", supportedVersions=[str(revision)], **shared)
        else:
            params = {
                "protocolVersion": str(revision),
                "capabilities": self.client,
                "clientInfo": INFO,
            }
            number = self.begin("initialize", params)
            self.end(number, result={"protocolVersion": str(revision), **shared})

    def begin(self, method: str, params: Any = None, at: float = 0.0, **more: Any) -> int:
        """Let the client send a request; return its number."""
        number = next(self._numbers)
        given = dict(params or {})
        if self.revision.era is Era.STATELESS:
            meta = {
                f"{META}protocolVersion": str(self.revision),
                f"{META}clientCapabilities": self.client,
            }
            given["_meta"] = {**meta, **given.get("_meta", {})}
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": given}
        self.say(Sender.CLIENT, request, at=at, **more)
        return number

    def end(self, number: int, at: float = 0.0, **reply: Any) -> None:
        """Let the server answer."""
        self.say(Sender.SERVER, {"jsonrpc": "2.0", "id": number, **reply}, at=at)

    def ask(self, method: str, params: Any = None, at: float = 0.0, **result: Any) -> None:
        """Let the client ask, and the server answer with this result."""
        number = self.begin(method, params, at)
        kind = {"resultType": "complete"} if self.revision.era is Era.STATELESS else {}
        self.end(number, at, result={**kind, **result})

    def notify(self, sender: Sender, method: str, params: Any = None, at: float = 0.0) -> None:
        """Let somebody tell the other something."""
        self.say(sender, {"jsonrpc": "2.0", "method": method, "params": params or {}}, at=at)

    def told(self, wish: int, value: Any = None, at: float = 0.0, error: str = "") -> None:
        """Let the user hear what came of a wish."""
        came = {"ok": False, "error": error} if error else {"ok": True, "value": value}
        data = {"wish": wish, "do": self.wishes[wish]["do"], **came}
        self.of_client(EventKind.TOLD, data, at)

    def outcome(self, rule_id: str, revision: Revision | None = None) -> Outcome:
        """Let the client come to its own end, and judge it by one rule."""
        data = {"how": "exit", "exit_code": 0, "wishes": self.wishes}
        self.of_client(EventKind.CLOSE, data, at=99.0)
        return super().outcome(rule_id, revision or self.revision)
