"""A transcript of either era, on one channel or over HTTP, written by hand."""

import itertools
from typing import Any

from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

INFO = {"name": "x", "version": "1"}
META = "io.modelcontextprotocol/"


class Conversation(Tape):
    """A conversation with a server at one revision, on one channel or over HTTP."""

    def __init__(
        self,
        revision: Revision = Revision.R2025_11_25,
        transport: str = "stdio",
        **capabilities: Json,
    ) -> None:
        super().__init__(transport)
        self.revision = revision
        self._numbers = itertools.count(1)
        shared = {"capabilities": capabilities, "serverInfo": INFO}
        if revision.era is Era.STATELESS:
            self.ask("server/discover", result={"supportedVersions": [str(revision)], **shared})
        else:
            params = {"protocolVersion": str(revision), "capabilities": {}, "clientInfo": INFO}
            self.ask("initialize", params, result={"protocolVersion": str(revision), **shared})

    def begin(self, method: str, params: Json = None, probe: str = "", **meta: Json) -> int:
        """Send a request; over HTTP on a channel of its number. Return the number."""
        number = next(self._numbers)
        if self.revision.era is Era.STATELESS:
            version = str(self.revision)
            meta = {f"{META}protocolVersion": version, f"{META}clientCapabilities": {}, **meta}
        given = {**(params or {}), **({"_meta": meta} if meta else {})}
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": given}
        more = {"probe": probe, **self.channel(number)}
        if self.http:
            self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data={"method": "POST"}, **more)
        self.say(Sender.CLIENT, request, **more)
        return number

    def end(self, number: int, **reply: Any) -> None:
        self.say(Sender.SERVER, {"jsonrpc": "2.0", "id": number, **reply}, **self.channel(number))

    def ask(self, method: str, params: Json = None, probe: str = "", **reply: Any) -> None:
        number = self.begin(method, params, probe)
        self.end(number, **reply)

    def tell(self, method: str, params: Json, on: int = 0) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        self.say(Sender.SERVER, message, **self.channel(on))

    def log(self, on: int = 0, **params: Json) -> None:
        self.tell("notifications/message", {"level": "info", "data": "x", **params}, on)

    def report(self, token: Json, progress: Json, on: int = 0, **more: Json) -> None:
        params = {"progressToken": token, "progress": progress, **more}
        self.tell("notifications/progress", params, on)

    def channel(self, number: int) -> dict[str, Any]:
        return {"channel": f"post-{number}"} if self.http else {}

    @property
    def http(self) -> bool:
        return self.transcript.header.transport == "http"

    def outcome(self, rule_id: str, revision: Revision | None = None) -> Outcome:
        return super().outcome(rule_id, revision or self.revision)
