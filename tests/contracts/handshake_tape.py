"""A transcript of a client, from its first message on, written by hand."""

from itertools import count
from typing import Any

from tape import Tape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_CLIENT_INFO, META_VERSION
from mcp_proof_contracts.transcript import EventKind, Sender

INFO = {"name": "x", "version": "1"}
MODERN: dict[str, Any] = {
    META_VERSION: "2026-07-28",
    META_CAPABILITIES: {},
    META_CLIENT_INFO: INFO,
}


class HandshakeTape(Tape):
    """What a client and its servers say; requests are numbered, answers go to the last one."""

    def __init__(self, transport: str = "stdio") -> None:
        super().__init__(transport, Sender.CLIENT)
        self.wishes: list[dict[str, Any]] = []
        self._numbers = count(1)
        self._asked: dict[str, Any] = {}
        self._number = 0

    def ask(self, method: str, params: Any = None, **more: Any) -> int:
        """Let the client send a request."""
        self._number = next(self._numbers)
        if self.transcript.header.transport == "http":
            more = {"channel": f"post-{self._number}", "session": "http", **more}
            data = {"method": "POST", "path": "/mcp", "headers": {}}
            self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data=data, **more)
        self._asked = more
        request = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params or {}}
        self.say(Sender.CLIENT, request, **more)
        return self._number

    def modern(self, method: str = "server/discover", meta: Any = None, **params: Any) -> None:
        """Let the client send a request of the stateless era."""
        own = params.pop("own", {})
        self.ask(method, {**params, "_meta": MODERN if meta is None else meta}, **own)

    def tell(self, method: str, params: Any = None, **more: Any) -> None:
        """Let the client send a notification."""
        told = {"jsonrpc": "2.0", "method": method, "params": params or {}}
        where = {n: self._asked[n] for n in ("channel", "session") if n in self._asked}
        self.say(Sender.CLIENT, told, **{**where, **more})

    def answer(self, status: int = 200, number: int = 0, **reply: Any) -> None:
        """Let the server answer: by an error, a result, or over HTTP by a status alone."""
        more = dict(self._asked)
        if self.transcript.header.transport == "http":
            data = {"status": status, "headers": {"content-type": "application/json"}}
            self.add(EventKind.HTTP_RESPONSE, Sender.SERVER, data=data, **more)
        if reply:
            at = reply.pop("at", more.pop("at", 0.0))
            said = {"jsonrpc": "2.0", "id": number or self._number, **reply}
            self.say(Sender.SERVER, said, **{**more, "at": at})

    def refuse(self, code: int, status: int = 400, data: Any = None) -> None:
        """Let the server answer with an error."""
        self.answer(
            status, error={"code": code, "message": "no", **({"data": data} if data else {})}
        )

    def shake(self, version: Any = "2025-11-25", answer: Any = None, **more: Any) -> None:
        """Let the two shake hands."""
        capabilities = more.pop("server", {})
        params = {"protocolVersion": version, "capabilities": {}, "clientInfo": INFO}
        self.ask("initialize", params, **more)
        agreed = {"protocolVersion": answer or version, "capabilities": capabilities}
        self.answer(result={**agreed, "serverInfo": INFO})

    def told(self, wish: dict[str, Any], at: float = 0.0, error: str = "") -> None:
        """Let the user hear what came of a wish."""
        came = {"ok": False, "error": error} if error else {"ok": True, "value": None}
        data = {"wish": len(self.wishes), "do": wish["do"], **came}
        self.wishes.append(wish)
        self.of_client(EventKind.TOLD, data, at)

    def end(self, how: str = "exit") -> "HandshakeTape":
        """Let the client end."""
        data = {"how": how, "wishes": self.wishes}
        self.of_client(EventKind.CLOSE, data)
        return self
