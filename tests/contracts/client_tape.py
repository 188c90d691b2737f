"""A hand-written transcript of a client that was driven, or of one that nobody drove."""

import itertools
from typing import Any

from tape import Tape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

R2506, R2511, R2607 = Revision.R2025_06_18, Revision.R2025_11_25, Revision.R2026_07_28
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
INFO = {"name": "x", "version": "1"}
ALL: dict[str, Any] = {
    "sampling": {"tools": {}},
    "roots": {"listChanged": True},
    "elicitation": {"form": {}, "url": {}},
}
DONE = {"content": [{"type": "text", "text": "Done."}]}


class Client(Tape):
    """What a client says that has declared this, and what is said to it."""

    def __init__(self, revision: Revision = R2511, declared: Json = ALL) -> None:
        super().__init__(side=Sender.CLIENT)
        self.revision, self.declared = revision, declared
        self._ids = itertools.count(1)
        if revision is not R2607:
            params = {"protocolVersion": str(revision), "capabilities": declared}
            number = self.sends("initialize", {**params, "clientInfo": INFO})
            self.answers(number, {**params, "capabilities": {}, "serverInfo": INFO})

    # The client's requests

    def sends(self, method: str, params: Json = None, *, number: Any = None, **more: Any) -> int:
        number = next(self._ids) if number is None else number
        given = dict(params) if isinstance(params, dict) else {}
        if self.revision is R2607:
            meta = {META_VERSION: str(R2607), META_CAPABILITIES: self.declared}
            given = {**given, "_meta": {**meta, **given.get("_meta", {})}}
        self.say(
            Sender.CLIENT,
            {"jsonrpc": "2.0", "id": number, "method": method, "params": given},
            **more,
        )
        return number

    def answers(self, number: Any, result: Json, **more: Any) -> "Client":
        self.say(Sender.SERVER, {"jsonrpc": "2.0", "id": number, "result": result}, **more)
        return self

    def calls(self, result: Json = None, **params: Any) -> "Client":
        number = self.sends("tools/call", {"name": "t", **params})
        return self.answers(number, DONE if result is None else result)

    def tells(self, method: str, params: Json = None) -> "Client":
        self.say(Sender.CLIENT, {"jsonrpc": "2.0", "method": method, "params": params or {}})
        return self

    # The server's questions

    def asked(self, method: str, params: Json, result: Json = None, **more: Any) -> "Client":
        """Something was asked; `result`, or `error`, is what the client answered."""
        number = f"s-{next(self._ids)}"
        frame = {"jsonrpc": "2.0", "id": number}
        self.say(Sender.SERVER, {**frame, "method": method, "params": params})
        if result is not None:
            more = {"result": result, **more}
        if more:
            self.say(Sender.CLIENT, {**frame, **more})
        return self

    def told_client(self, method: str, params: Json) -> "Client":
        self.say(Sender.SERVER, {"jsonrpc": "2.0", "method": method, "params": params})
        return self

    # How it was driven

    def told(self, do: str, *, ok: bool = True, value: Json = None) -> "Client":
        data: dict[str, Json] = {"wish": 0, "do": do, "ok": ok}
        data |= {"value": value} if ok else {"error": "it failed"}
        self.of_client(EventKind.TOLD, data)
        return self

    def ended(self, how: str = "exit", code: int = 0, **more: Json) -> "Client":
        data: dict[str, Json] = {"how": how, "exit_code": code, **more}
        self.of_client(EventKind.CLOSE, data)
        return self

    def outcome(self, rule_id: str, revision: Revision | None = None) -> Outcome:
        return super().outcome(rule_id, revision or self.revision)
